import { randomUUID } from 'node:crypto';
import { createVerifier, KeyError, type TokenKeys, type Verifier } from '@vestnik/auth';

import { connectBus, serve } from '@vestnik/bus';
import { SettingError } from '@vestnik/config';
import { createClientInput, gatewayEndpoints, liveSubjects, type StatusesChanged } from '@vestnik/contracts';
import { createCrashPoints, type Running } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { countRefusals, createMetrics, startOpsServer } from '@vestnik/ops';
import type { GatewayConfig } from './config.ts';
import type { GatewayContext } from './context.ts';
import { createReadiness } from './health.ts';
import { createAdmission } from './limits/admission.ts';
import { createNewcomers } from './limits/newcomers.ts';
import { createRateLimits } from './limits/rate-limits.ts';
import { createSeats } from './limits/seats.ts';
import { createDeliveryReporter } from './live/delivery-reporter.ts';
import { createHub } from './live/hub.ts';
import { createPresenceReporter } from './live/presence-reporter.ts';
import { createSender } from './live/sender.ts';
import type { Publisher } from './live/session.ts';
import { createStatusTeller } from './live/statuses.ts';
import { createWarmth } from './live/warmth.ts';
import { createConversationTexts } from './reads/conversation-texts.ts';
import { createReader } from './reads/reader.ts';
import { startRestServer } from './rest/server.ts';
import { followRevocations } from './revocations.ts';
import { openNativeDoor } from './socket/native-door.ts';
import { createSessions } from './socket/sessions.ts';
import { createSocketServer } from './socket/socket-server.ts';
import { openSocketIoDoor } from './socket-io/door.ts';
import { createTopics } from './socket-io/topics.ts';
import { getConversation } from './use-cases/get-conversation.ts';

/** What was accepted may take this long to finish when the gateway stops, in milliseconds. */
const DRAIN_MS = 4_000;
/** Characters of conversations' texts that are held in memory, at most. */
const TEXTS_LENGTH = 32_000_000;

/** Creates the gateway and starts it. Stopping finishes what was accepted and closes sockets with 1012. */
export async function startService(config: Readonly<GatewayConfig>, logger: Logger): Promise<Running> {
  const gatewayId = randomUUID().slice(0, 8);
  const bus = await connectBus({ servers: config.natsServers, user: 'gateway', name: `gateway ${gatewayId}`, logger });
  const metrics = createMetrics('gateway');
  countRefusals(metrics, bus);
  const revocations = await followRevocations(bus, logger, metrics);
  const crash = createCrashPoints(config.crashAt);
  const sender = createSender(bus, crash);
  const rateLimits = createRateLimits(config.limits);
  const newcomers = createNewcomers(config.limits);
  const sentAway = metrics.counter('sent_away_total', 'Clients that were told to come again because too many came');
  const admission = createAdmission(config.limits, () => sentAway.inc());
  const context: GatewayContext = {
    config,
    logger,
    crash,
    metrics,
    bus,
    input: createClientInput(config.limits),
    verify: revocations.guard(createNamedVerifier(config.keys)),
    revocations,
    rateLimits,
    newcomers,
    admission,
    seats: createSeats(config.limits.socketsPerUser),
    sender,
    reader: createReader(bus),
    texts: createConversationTexts(TEXTS_LENGTH),
  };

  const deliveries = createDeliveryReporter(bus, logger);
  const presence = createPresenceReporter(bus, logger, gatewayId);
  const socketServer = createSocketServer();
  const warmth = createWarmth();
  const topics = createTopics(socketServer.app);
  const publisher: Publisher = {
    publish(topic, frame) {
      socketServer.publish(topic, frame);
      topics.publish(topic, frame);
    },
  };
  const hub = createHub({
    bus,
    logger,
    crash,
    publisher,
    warmth,
    deliveries,
    onPresence: (userId, present) => presence.note(userId, present),
    present: (userId, conversationId) => {
      const caller = { userId, companyId: 0, requestId: randomUUID(), sessionId: undefined };
      return getConversation(context, caller, conversationId);
    },
  });
  const sessions = createSessions({ ...context, hub }, gatewayId);
  openNativeDoor(socketServer, context, sessions, warmth);
  const socketIoDoor = openSocketIoDoor(socketServer.app, context, sessions, topics);

  const tellStatuses = createStatusTeller(hub);
  bus.subscribe(liveSubjects.statusesChanged, (payload) =>
    tellStatuses(JSON.parse(Buffer.from(payload).toString()) as StatusesChanged),
  );
  bus.onEventsMissed((noticedAt) => {
    presence.missed(noticedAt);
    hub.recover().catch((error: unknown) => logger.error({ err: error }, 'recovery after missed events failed'));
  });
  metrics.gauge('sockets', 'Open sockets', () => hub.counts().sessions);
  metrics.gauge('users', 'Users with an open socket', () => hub.counts().users);
  metrics.gauge('rooms', 'Conversations served', () => hub.counts().rooms);
  metrics.gauge('unauthenticated', 'Connections that have yet to show a token', () => newcomers.count());
  metrics.gauge('openings', 'Sessions that are opening', () => admission.counts().opening);
  metrics.gauge('openings_at_once', 'Sessions that may open at once just now', () => admission.counts().atOnce);
  metrics.gauge('openings_waiting', 'Sessions that wait for their turn to open', () => admission.counts().waiting);
  metrics.gauge('sends_pending', 'Sends that wait for the messages service', () => sender.pending());

  const readiness = createReadiness(bus);
  const ops = await startOpsServer({ host: config.opsHost, port: config.opsPort, metrics, health: readiness });
  const rest = await startRestServer(context, readiness);
  await socketServer.listen(config.host, config.socketPort);
  const served = await serve({
    bus,
    logger,
    name: 'gateway',
    version: '1.0.0',
    description: 'Sockets and REST, the only door',
    endpoints: gatewayEndpoints,
    handlers: {
      status: async () => {
        const { sessions: sockets, users, rooms } = hub.counts();
        return { gateway_id: gatewayId, sockets, users, rooms, sends_pending: sender.pending() };
      },
    },
  });
  presence.start();

  return {
    async stop() {
      socketServer.stopListening();
      admission.close();
      await Promise.all([rest.stop(), sessions.drain(DRAIN_MS)]);
      for (const session of Array.from(hub.sessions())) session.close('restart');
      await presence.stop();
      await served.stop();
      await socketIoDoor.close();
      socketServer.close();
      sessions.stop();
      warmth.stop();
      deliveries.stop();
      rateLimits.stop();
      await bus.close();
      await ops.stop();
    },
  };
}

/** As `createVerifier`; a key that cannot be used is named by its setting. */
function createNamedVerifier(keys: TokenKeys): Verifier {
  try {
    return createVerifier(keys);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new SettingError(`${'publicKey' in keys ? 'JWT_PUBLIC_KEY' : 'JWT_SECRET'} ${error.message}.`);
  }
}
