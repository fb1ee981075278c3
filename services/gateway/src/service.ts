import { randomUUID } from 'node:crypto';
import { connectBus, serve, usedShareOf } from '@vestnik/bus';
import {
  type ContractAnnounced,
  gatewayEndpoints,
  liveSubjects,
  type OwnerNeeded,
  type PersonUpdated,
  type StatusesChanged,
  streams,
} from '@vestnik/contracts';
import { type OnStop, type Running, startInOrder } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { createMetrics, showStreams, startOpsServer, VERSION, watchBus } from '@vestnik/ops';
import type { Config } from './config.ts';
import { createContext } from './create-context.ts';
import { openNativeDoor } from './doors/native/native-door.ts';
import { startRestServer } from './doors/rest/server.ts';
import { openSocketIoDoor } from './doors/socket-io/door.ts';
import { createTopics } from './doors/socket-io/topics.ts';
import { createSocketServer } from './doors/socket-server.ts';
import { createTrafficAlarm } from './limits/traffic-alarm.ts';
import { registerGauges } from './metrics.ts';
import type { Publisher } from './rooms/subscriber.ts';
import { createTopicActivity } from './rooms/topic-activity.ts';
import type { Session } from './sessions/session.ts';
import { createSessions } from './sessions/sessions.ts';
import { createDeliveryReceipts } from './upstream/delivery-receipts.ts';
import { createPresenceReporter } from './upstream/presence-reporter.ts';
import { presentToUser } from './upstream/present-conversation.ts';
import { createReader } from './upstream/reader.ts';
import { createReadiness } from './upstream/readiness.ts';
import { createRoomMessages } from './upstream/room-messages.ts';
import { createUndeliveredMessages } from './upstream/undelivered-messages.ts';
import { announceContract, announceOwnerNeeded } from './users/admin-notifier.ts';
import { createConnectedUsers } from './users/connected-users.ts';
import { createContactNotifier } from './users/contact-notifier.ts';
import { createDeliveryTracker } from './users/delivery-tracker.ts';
import { newsOfPerson, newsOfStatuses } from './users/news.ts';
import { startPartings } from './users/partings.ts';

/** How long accepted frames may take to finish when the gateway stops, in milliseconds. */
const DRAIN_MS = 4_000;

/**
 * Starts the gateway, its doors last. It stops in the opposite order: it finishes the accepted frames and requests, closes
 * sockets with 1012, and then closes the rest.
 *
 * @throws VestnikError `unavailable` when the bus cannot be reached.
 * @throws SettingError when a port cannot be opened, or a key cannot be used.
 */
export function startService(config: Readonly<Config>, logger: Logger): Promise<Running> {
  return startInOrder((onStop) => start(config, logger, onStop));
}

async function start(config: Readonly<Config>, logger: Logger, onStop: OnStop): Promise<void> {
  const gatewayId = randomUUID().slice(0, 8);
  const bus = await connectBus({ servers: config.natsServers, user: 'gateway', name: `gateway ${gatewayId}`, logger });
  onStop(() => bus.close());
  const metrics = createMetrics('gateway');
  watchBus(metrics, bus);
  const reader = createReader(bus);

  const messages = createRoomMessages(bus);
  const receipts = createDeliveryReceipts(bus, logger);
  onStop(() => receipts.stop());
  const undelivered = createUndeliveredMessages(bus, logger, messages);
  onStop(() => undelivered.stop());
  const deliveries = createDeliveryTracker({ onDelivered: receipts.add, onLost: undelivered.add });
  onStop(() => deliveries.stop());
  const presence = createPresenceReporter(bus, logger, gatewayId);
  const socketServer = createSocketServer();
  const topicActivity = createTopicActivity();
  onStop(() => topicActivity.stop());
  const topics = createTopics(socketServer.app);
  const traffic = createTrafficAlarm();
  const publisher: Publisher = {
    publish(topic, frame) {
      traffic.note(frame.length);
      socketServer.publish(topic, frame);
      topics.publish(topic, frame);
    },
  };
  const connectedUsers = createConnectedUsers<Session>({
    bus,
    logger,
    publisher,
    topicActivity,
    messages,
    deliveries,
    onPresence: (userId, present) => presence.note(userId, present),
    onIdle: (userId, isIdle) => presence.noteIdle(userId, isIdle),
    present: (userId, conversationId) => presentToUser({ reader }, userId, conversationId),
  });
  const context = await createContext({ config, logger, metrics, bus, reader, connectedUsers });
  onStop(() => context.bindings.stop());
  onStop(() => context.rateLimits.stop());
  onStop(() => context.typing.stop());
  onStop(() => context.refusedTokens.stop());
  onStop(() => context.unsentAnswers.stop());
  onStop(() => context.unauthenticated.stop());
  onStop(() => context.strangerRequests.stop());
  const sessions = createSessions({ ...context, connectedUsers }, gatewayId);
  onStop(() => sessions.stop());
  traffic.onMuch(() => sessions.checkBacklogs());
  onStop(() => socketServer.close());
  openNativeDoor(socketServer, context, sessions, topicActivity);
  const socketIoDoor = openSocketIoDoor(socketServer.app, context, sessions, topics);
  onStop(() => socketIoDoor.close());

  const partings = startPartings({
    bus,
    logger,
    rooms: connectedUsers.rooms,
    sessions: connectedUsers.sessions,
    roomsOf: connectedUsers.roomsOf,
  });
  onStop(() => partings.stop());
  const notifyContacts = createContactNotifier(connectedUsers.rooms);
  bus.subscribe(liveSubjects.statusesChanged, (payload) =>
    notifyContacts(newsOfStatuses(JSON.parse(Buffer.from(payload).toString()) as StatusesChanged)),
  );
  bus.subscribe(liveSubjects.personUpdated, (payload) =>
    notifyContacts([newsOfPerson(JSON.parse(Buffer.from(payload).toString()) as PersonUpdated)]),
  );
  bus.subscribe(liveSubjects.contractAnnounced, (payload) =>
    announceContract(connectedUsers.sessions(), JSON.parse(Buffer.from(payload).toString()) as ContractAnnounced),
  );
  bus.subscribe(liveSubjects.ownerNeeded, (payload) =>
    announceOwnerNeeded(connectedUsers.sessions(), JSON.parse(Buffer.from(payload).toString()) as OwnerNeeded),
  );
  bus.onEventsMissed((noticedAt) => {
    presence.missed(noticedAt);
    const userIds = new Set(Array.from(connectedUsers.sessions(), ({ userId }) => userId));
    context.bindings
      .refresh([...userIds])
      .catch((error: unknown) => logger.warn({ err: error }, 'companies of users cannot be asked for again'));
    connectedUsers
      .recover()
      .catch((error: unknown) => logger.error({ err: error }, 'recovery after missed events failed'));
  });
  registerGauges(metrics, context);
  const { revocations, revokedPeople } = streams;
  showStreams(metrics, {
    [revocations.name]: () => usedShareOf(bus, revocations),
    [revokedPeople.name]: () => usedShareOf(bus, revokedPeople),
  });
  const readiness = createReadiness(bus, context.hasKeys);
  const ops = await startOpsServer({ host: config.opsHost, port: config.opsPort, metrics, health: readiness });
  onStop(() => ops.stop());
  const served = await serve({
    bus,
    logger,
    name: 'gateway',
    version: VERSION,
    description: 'Sockets and REST, the only door',
    endpoints: gatewayEndpoints,
    handlers: {
      getStatus: async () => {
        const { sessions: sockets, users, rooms } = connectedUsers.counts();
        const sends_pending = context.sender.pending();
        const revocations_seq = context.revocations.appliedUpTo();
        return { gateway_id: gatewayId, sockets, users, rooms, sends_pending, revocations_seq };
      },
    },
  });
  onStop(() => served.stop());
  presence.start();
  onStop(() => presence.stop());

  const rest = await startRestServer(context, readiness);
  onStop(async () => {
    socketServer.stopListening();
    context.admission.close();
    await Promise.all([rest.stop(), sessions.drain(DRAIN_MS)]);
    for (const session of Array.from(connectedUsers.sessions())) session.close('restart');
  });
  await socketServer.listen(config.host, config.socketPort);
}
