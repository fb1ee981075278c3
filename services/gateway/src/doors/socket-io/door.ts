import type { TemplatedApp } from '@uwsjs/core';
import { toErrorBody, VestnikError } from '@vestnik/contracts';
import { Server, type Socket } from 'socket.io';
import type { Context } from '../../context.ts';
import { isWithinStructure, type JsonLimits } from '../../limits/json-structure.ts';
import { type AdmitContext, type AdmittedSocket, admitSocket } from '../../sessions/admit-socket.ts';
import type { Reply } from '../../sessions/client-frame.ts';
import type { Sessions } from '../../sessions/sessions.ts';
import type { SocketCounts } from '../../sessions/socket-counts.ts';
import { bearerToken } from '../bearer-token.ts';
import { createOriginCheck } from '../check-origin.ts';
import { ENGINE_PING_INTERVAL_MS, ENGINE_PING_TIMEOUT_MS, maxFrameBytes } from '../transport.ts';
import { type Connection, connectionOf, filterPackets, type Pings, trackPings } from './engine-internals.ts';
import { guardedRoutes } from './guarded-routes.ts';
import { acknowledgementOf, isAllowedPacket, isConnectElsewhere, isFarewell } from './packets.ts';
import { createSession, type SocketIoSession } from './session.ts';
import type { Topics } from './topics.ts';

/** The longest time that a timer takes, in milliseconds. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
/** Namespaces that one connection may ask for in vain; the answers are not counted as frames. */
const NAMESPACES = 10;
/** The message of `connect_error` for a token that is not good. */
const REFUSED = 'Authentication error';

/** The parts that the door works with. */
type DoorContext = AdmitContext &
  Pick<Context, 'config' | 'logger' | 'unauthenticated' | 'strangerRequests' | 'clientAddresses' | 'countRefusal'>;

/** The open door. */
export interface SocketIoDoor {
  /** Closes what is still open. */
  close(): Promise<void>;
}

/** Opens `/socket.io/` on a uWebSockets app: the token in `auth.token` or a header, WebSocket or long polling. */
export function openSocketIoDoor(
  app: TemplatedApp,
  context: DoorContext,
  sessions: Sessions,
  topics: Topics,
): SocketIoDoor {
  const { config, unauthenticated, clientAddresses } = context;
  const io = new Server({
    serveClient: false,
    connectTimeout: Math.min(config.limits.connectSeconds * 1_000, LONGEST_TIMEOUT_MS),
    maxHttpBufferSize: maxFrameBytes(config.limits),
    // Compressing is asynchronous, and a client that leaves meanwhile would be answered after its end.
    httpCompression: false,
    perMessageDeflate: false,
    pingInterval: ENGINE_PING_INTERVAL_MS,
    pingTimeout: ENGINE_PING_TIMEOUT_MS,
    ...(config.origins.length > 0 && { cors: { origin: config.origins } }),
  });
  // The stock client repeats a refused handshake by itself.
  const guards = {
    addresses: clientAddresses,
    refusalOf: (address: string) => refusalOf(context, address),
    originRefusal: createOriginCheck(config.origins, config.port),
    countRefusal: sessions.counts.refused,
  };
  io.attachApp(guardedRoutes(app, config.limits, guards));

  const sessionOf = new WeakMap<Connection, SocketIoSession>();
  const pingsOf = new WeakMap<Connection, Pings>();

  // Before a connection is admitted it may send one packet: its token. So it can neither flood nor be admitted twice. A
  // request for a namespace that is not there changes nothing.
  io.engine.on('connection', (connection: Connection) => {
    unauthenticated.add(connection, addressOf(context, connection), () => connection.close(true));
    connection.once('close', () => unauthenticated.remove(connection));
    const onPong = (time: number) => {
      const session = sessionOf.get(connection);
      if (session?.isOpen) sessions.confirmed(session, time);
    };
    pingsOf.set(connection, trackPings(connection, onPong));
    let isFirst = true;
    let namespaces = 0;
    filterPackets(connection, (data) => {
      if (isConnectElsewhere(data)) {
        namespaces += 1;
        if (namespaces <= NAMESPACES) return true;
      }
      const session = sessionOf.get(connection);
      if (session) return passes(config.limits, sessions, session, data);
      const isToken = isFirst && typeof data === 'string' && isWithinStructure(data, config.limits);
      isFirst = false;
      if (!isToken) connection.close(true);
      return isToken;
    });
  });

  io.use((socket, next) => void admit(context, sessions.counts, socket, next));

  io.on('connection', (socket) => {
    const connection = connectionOf(socket);
    const admitted = socket.data as AdmittedSocket;
    const session = createSession(socket, admitted.identity, {
      topics,
      pings: pingsOf.get(connection),
      counts: sessions.counts,
    });
    sessionOf.set(connection, session);
    connection.on('upgrade', () => session.upgraded());
    socket.onAny((event: unknown, ...args: unknown[]) => receive(sessions, session, event, args));
    socket.on('disconnect', (reason) => {
      const saidGoodbye = reason === 'client namespace disconnect';
      session.ended(saidGoodbye ? 'client' : 'lost');
      sessions.closed(session, saidGoodbye);
      // One connection serves one session.
      connection.close();
    });
    sessions.opened(session, admitted);
  });

  return {
    async close() {
      await io.close();
    },
  };
}

/**
 * Admits a socket. A bad token is a final refusal: `connect_error`, after which the stock client stays away. All other
 * conditions pass by themselves. Then the door closes the transport, and the stock client comes back by itself.
 */
async function admit(
  context: DoorContext,
  counts: SocketCounts,
  socket: Socket,
  next: (refusal?: Error) => void,
): Promise<void> {
  const { auth, headers } = socket.handshake;
  const token: unknown = auth['token'] ?? bearerToken(headers.authorization);
  const connection = connectionOf(socket);
  try {
    const address = addressOf(context, connection);
    const hasGone = () => connection.readyState !== 'open';
    const bearer = typeof token === 'string' ? token : undefined;
    const admitted = await admitSocket(context, address, bearer, { invited: true, hasGone });
    context.unauthenticated.remove(connection);
    context.strangerRequests.giveBack(rateKey(address));
    connection.once('close', () => admitted.left());
    if (hasGone()) admitted.left();
    await admitted.slotGranted();
    socket.data = admitted;
    next();
  } catch (error) {
    if (!(error instanceof VestnikError)) context.logger.error({ err: error }, 'connecting failed');
    counts.refused(error);
    const body = toErrorBody(error);
    if (body.code === 'unauthorized') next(Object.assign(new Error(REFUSED), { data: body }));
    else connection.close();
  }
}

/** Returns why an address may not open a connection now. Which of its connections has a good token shows later. */
function refusalOf(
  { admission, strangerRequests, countRefusal }: DoorContext,
  address: string,
): VestnikError | undefined {
  const refusal = admission.refusal();
  if (refusal || strangerRequests.take(rateKey(address)) === 0) return refusal;
  countRefusal('stranger_requests');
  return new VestnikError('rate_limited', 'Too many connections without a good token from this address', {
    retryAfterSeconds: 1,
  });
}

function rateKey(address: string): string {
  return `socket.io ${address}`;
}

/** Returns the address by which a connection is counted. */
function addressOf({ clientAddresses }: DoorContext, { remoteAddress, request }: Connection): string {
  return clientAddresses.of(remoteAddress, request.headers['x-forwarded-for']);
}

/** Returns true when a packet of a session may be parsed. Counts, refuses or answers it otherwise. */
function passes(limits: JsonLimits, sessions: Sessions, session: SocketIoSession, data: unknown): boolean {
  if (!session.isOpen) return false;
  if (!isAllowedPacket(data)) {
    session.close('malformed');
    return false;
  }
  if (isFarewell(data)) return true;
  const arrival = sessions.arrived(session, Buffer.byteLength(data));
  if (arrival === 'drop') return false;
  if (arrival === 'read' && isWithinStructure(data, limits)) return true;
  const id = acknowledgementOf(data);
  const answer = id === undefined ? undefined : (reply: Reply) => session.acknowledge(id, reply);
  sessions.refused(session, arrival === 'read' ? 'too_large' : 'rate_limited', answer);
  return false;
}

function receive(sessions: Sessions, session: SocketIoSession, event: unknown, args: unknown[]): void {
  if (!session.isOpen) return;
  if (typeof event !== 'string') {
    session.close('malformed');
    return;
  }
  const acknowledge = args.at(-1);
  const hasAcknowledgement = isAcknowledgement(acknowledge);
  const data = hasAcknowledgement ? args.slice(0, -1) : args;
  const fault = data.length > 1 ? 'an event carries one object of data' : undefined;
  sessions.received(session, { event, data: data[0], fault }, hasAcknowledgement ? acknowledge : undefined);
}

/** A client cannot send functions. The one among the arguments is Socket.IO's way to acknowledge. */
function isAcknowledgement(value: unknown): value is (reply: Reply) => void {
  return typeof value === 'function';
}
