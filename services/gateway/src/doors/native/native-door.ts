import type { HttpRequest, HttpResponse } from '@uwsjs/core';
import { toErrorBody, VestnikError } from '@vestnik/contracts';
import type { Context } from '../../context.ts';
import { isWithinStructure } from '../../limits/json-structure.ts';
import type { TopicActivity } from '../../rooms/topic-activity.ts';
import { type AdmittedSocket, admitSocket } from '../../sessions/admit-socket.ts';
import { CLOSE_CODES, type CloseCode } from '../../sessions/close-codes.ts';
import type { Answer, Sessions } from '../../sessions/sessions.ts';
import { bearerToken } from '../bearer-token.ts';
import { createOriginCheck } from '../check-origin.ts';
import { addressOf, refuse, refuseAmbiguous, refuseMethod, requireUpgrade } from '../refuse-handshake.ts';
import type { SocketServer } from '../socket-server.ts';
import { IDLE_TIMEOUT_SECONDS, maxBackpressure, maxFrameBytes } from '../transport.ts';
import { MALFORMED, readFrame, readFrameId, replyFrame } from './frames.ts';
import { createTickEnd, NativeSession } from './native-session.ts';

/** The data that uWebSockets keeps with each socket: of a client that was admitted, or of a browser that is refused. */
interface SocketData {
  admitted: AdmittedSocket | undefined;
  session: NativeSession | undefined;
  /** Why the socket closes as soon as it is open. */
  refusal: CloseCode | undefined;
}

/** Browsers cannot set a header. They offer this name as a subprotocol, and the token as `bearer.<jwt>`. */
const SUBPROTOCOL = 'messenger.v1';
const BEARER_PREFIX = 'bearer.';
/** The one version of the protocol (RFC 6455, 4.1). */
const VERSION = '13';

/** Codes of a close that the client did not begin: those of the gateway, and that of a line that broke. */
const CLOSED_OTHERWISE = new Set<number>([1006, ...Object.values(CLOSE_CODES).map(({ code }) => code)]);

/** Opens `/ws` on a uWebSockets app: JSON text frames, the token in a header or as a subprotocol. */
export function openNativeDoor(
  server: SocketServer,
  context: Context,
  sessions: Sessions,
  topicActivity: TopicActivity,
): void {
  const { config, clientAddresses } = context;
  const shared = { publisher: server, topicActivity, tickEnd: createTickEnd(), counts: sessions.counts };
  const originRefusal = createOriginCheck(config.origins, config.port);
  server.app.ws<SocketData>('/ws', {
    maxPayloadLength: maxFrameBytes(config.limits),
    idleTimeout: IDLE_TIMEOUT_SECONDS,
    sendPingsAutomatically: true,
    maxBackpressure: maxBackpressure(config.limits),
    closeOnBackpressureLimit: true,

    upgrade(response, request, socketContext) {
      if (refuseAmbiguous(response, request)) return;
      if (request.getHeader('sec-websocket-version') !== VERSION) {
        requireUpgrade(response);
        return;
      }
      const foreign = originRefusal(request);
      if (foreign) {
        sessions.counts.refused(foreign);
        refuse(response, foreign);
        return;
      }
      const key = request.getHeader('sec-websocket-key');
      const offered = offeredBy(request);
      const extensions = request.getHeader('sec-websocket-extensions');
      const token = tokenOf(request.getHeader('authorization'), offered);
      const address = addressOf(clientAddresses, response, request);
      // A server answers one of the offered subprotocols, never the one that carries the token.
      const protocol = offered.includes(SUBPROTOCOL) ? SUBPROTOCOL : '';
      const upgrade = (data: Omit<SocketData, 'session'>) =>
        response.upgrade<SocketData>({ ...data, session: undefined }, key, protocol, extensions, socketContext);
      const handshake: Handshake = {
        response,
        address,
        hasGone: false,
        accept: (admitted) => upgrade({ admitted, refusal: undefined }),
        // A browser does not see the status of a handshake, but the code with which an open socket closes.
        refuse: (error) => {
          sessions.counts.refused(error);
          if (isPair(offered)) upgrade({ admitted: undefined, refusal: closeCodeOf(error) });
          else response.cork(() => refuse(response, error));
        },
      };
      try {
        const admitted = admitHandshake(context, handshake, token);
        if (admitted instanceof Promise) void answerLater(context, handshake, admitted);
        else handshake.accept(admitted);
      } catch (error) {
        fail(context, handshake, error);
      }
    },

    open(socket) {
      const data = socket.getUserData();
      if (data.refusal) {
        const { code, reason } = CLOSE_CODES[data.refusal];
        socket.end(code, reason);
      } else if (data.admitted) {
        data.session = new NativeSession(socket, data.admitted.identity, shared);
        sessions.opened(data.session, data.admitted);
      }
    },

    message(socket, bytes, isBinary) {
      const { session } = socket.getUserData();
      if (!session) return;
      const arrival = sessions.arrived(session, bytes.byteLength);
      if (arrival === 'drop') return;
      const text = isBinary ? '' : Buffer.from(bytes).toString();
      if (arrival === 'refuse') refuseUnread(sessions, session, text, 'rate_limited');
      else if (!isWithinStructure(text, config.limits)) refuseUnread(sessions, session, text, 'too_large');
      else {
        const frame = readFrame(text);
        if (frame === MALFORMED) session.close('malformed');
        else sessions.received(session, frame, answerTo(session, frame.id));
      }
    },

    pong(socket, bytes) {
      const { session } = socket.getUserData();
      const time = Number(Buffer.from(bytes).toString());
      if (session && Number.isSafeInteger(time) && time > 0) sessions.confirmed(session, time);
    },

    close(socket, code) {
      const data = socket.getUserData();
      const { session } = data;
      data.session = undefined;
      if (!session) return;
      const saidGoodbye = !CLOSED_OTHERWISE.has(code);
      session.ended(saidGoodbye);
      sessions.closed(session, saidGoodbye);
    },
  });
  server.app.any('/ws', (response, request) => {
    if (refuseAmbiguous(response, request)) return;
    if (request.getMethod() === 'get') requireUpgrade(response);
    else refuseMethod(response, 'GET');
  });
}

/** Refuses a frame without parsing it. */
function refuseUnread(
  sessions: Sessions,
  session: NativeSession,
  text: string,
  code: 'rate_limited' | 'too_large',
): void {
  const id = readFrameId(text);
  if (id === MALFORMED) session.close('malformed');
  else sessions.refused(session, code, answerTo(session, id));
}

/** Returns how a frame with this id is answered; undefined for a frame without one. */
function answerTo(session: NativeSession, id: number | string | undefined): Answer | undefined {
  return id === undefined ? undefined : (reply) => session.reply(replyFrame(id, reply));
}

/** A handshake, and its two outcomes. */
interface Handshake {
  readonly response: HttpResponse;
  readonly address: string;
  /** Whether the client went away before it was answered. */
  hasGone: boolean;
  accept(admitted: AdmittedSocket): void;
  refuse(error: unknown): void;
}

/** Returns the offered subprotocols. They may stand in one header line or in several (RFC 6455, 11.3.4). */
function offeredBy(request: HttpRequest): string[] {
  const first = namesIn(request.getHeader('sec-websocket-protocol'));
  if (first.length === 0 || isPair(first)) return first;
  const all: string[] = [];
  request.forEach((name, value) => {
    if (name === 'sec-websocket-protocol') all.push(...namesIn(value));
  });
  return all;
}

function namesIn(header: string): string[] {
  return header === '' ? [] : header.split(',').map((name) => name.trim());
}

function isPair(offered: readonly string[]): boolean {
  return offered.includes(SUBPROTOCOL) && offered.some((name) => name.startsWith(BEARER_PREFIX));
}

function tokenOf(authorization: string, offered: readonly string[]): string | undefined {
  const token = bearerToken(authorization);
  if (token !== undefined) return token;
  if (!offered.includes(SUBPROTOCOL)) return undefined;
  return offered.find((name) => name.startsWith(BEARER_PREFIX))?.slice(BEARER_PREFIX.length);
}

function closeCodeOf(error: unknown): CloseCode {
  const { code } = toErrorBody(error);
  if (code === 'unauthorized') return 'unauthorized';
  return code === 'rate_limited' ? 'tooMany' : 'tryLater';
}

function admitHandshake(
  context: Context,
  handshake: Handshake,
  token: string | undefined,
): AdmittedSocket | Promise<AdmittedSocket> {
  return admitSocket(context, handshake.address, token, { hasGone: () => handshake.hasGone });
}

/**
 * Answers a handshake after the keys of its token have been fetched. The upgrade is not corked here. uWebSockets up to 20.69
 * may close a socket that was upgraded later inside `cork` (uNetworking/uWebSockets#1929). Without the cork each header is a
 * write, and uWebSockets warns of that. It happens once in the life of a key.
 */
async function answerLater(context: Context, handshake: Handshake, admission: Promise<AdmittedSocket>): Promise<void> {
  const { unauthenticated } = context;
  const { response, address } = handshake;
  response.onAborted(() => {
    handshake.hasGone = true;
    unauthenticated.remove(response);
  });
  unauthenticated.add(response, address, () => response.close());
  try {
    const admitted = await admission;
    if (handshake.hasGone) admitted.left();
    else handshake.accept(admitted);
  } catch (error) {
    if (!handshake.hasGone) fail(context, handshake, error);
  } finally {
    unauthenticated.remove(response);
  }
}

/** Refuses a handshake. An error that is no refusal is a bug, and is logged. */
function fail({ logger }: Context, handshake: Handshake, error: unknown): void {
  if (!(error instanceof VestnikError)) logger.error({ err: error }, 'upgrade failed');
  handshake.refuse(error);
}
