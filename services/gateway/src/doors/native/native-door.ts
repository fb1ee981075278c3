import type { HttpResponse } from '@uwsjs/core';
import { VestnikError } from '@vestnik/contracts';
import type { Context } from '../../context.ts';
import type { TopicActivity } from '../../rooms/topic-activity.ts';
import { type AdmittedSocket, admitSocket } from '../../sessions/admit-socket.ts';
import { CLOSE_CODES } from '../../sessions/close-codes.ts';
import type { Sessions } from '../../sessions/sessions.ts';
import { bearerToken } from '../bearer-token.ts';
import { addressOf, refuse } from '../refuse-handshake.ts';
import type { SocketServer } from '../socket-server.ts';
import { IDLE_TIMEOUT_SECONDS, maxBackpressure, maxFrameBytes } from '../transport.ts';
import { MALFORMED, readFrame, replyFrame } from './frames.ts';
import { createTurnEnd, NativeSession } from './native-session.ts';

/** What uWebSockets keeps with each socket. */
interface SocketData {
  admitted: AdmittedSocket;
  session: NativeSession | undefined;
}

/** Offered by browsers, which cannot set a header: this name, and the token as `bearer.<jwt>`. */
const SUBPROTOCOL = 'messenger.v1';
const BEARER_PREFIX = 'bearer.';

/** Codes of a close that the client did not begin: those of the gateway, and that of a line that broke. */
const CLOSED_OTHERWISE = new Set<number>([1006, ...Object.values(CLOSE_CODES).map(({ code }) => code)]);

/** Opens `/ws` on a uWebSockets app: JSON text frames, the token in a header or as a subprotocol. */
export function openNativeDoor(
  server: SocketServer,
  context: Context,
  sessions: Sessions,
  topicActivity: TopicActivity,
): void {
  const shared = { publisher: server, topicActivity, turnEnd: createTurnEnd() };
  server.app.ws<SocketData>('/ws', {
    maxPayloadLength: maxFrameBytes(context.config.limits),
    idleTimeout: IDLE_TIMEOUT_SECONDS,
    sendPingsAutomatically: true,
    maxBackpressure: maxBackpressure(context.config.limits),
    closeOnBackpressureLimit: true,

    upgrade(response, request, socketContext) {
      const key = request.getHeader('sec-websocket-key');
      const offered = namesIn(request.getHeader('sec-websocket-protocol'));
      const extensions = request.getHeader('sec-websocket-extensions');
      const token = tokenOf(request.getHeader('authorization'), offered);
      // A server answers one of the offered subprotocols, never the one that carries the token.
      const protocol = offered.includes(SUBPROTOCOL) ? SUBPROTOCOL : '';
      const accept = (admitted: AdmittedSocket) =>
        response.upgrade<SocketData>({ admitted, session: undefined }, key, protocol, extensions, socketContext);
      try {
        const admitted = admitHandshake(context, response, token);
        if (admitted instanceof Promise) void answerLater(context, response, admitted, accept);
        else accept(admitted);
      } catch (error) {
        fail(context, response, error);
      }
    },

    open(socket) {
      const data = socket.getUserData();
      const session = new NativeSession(socket, data.admitted.identity, shared);
      data.session = session;
      sessions.opened(session, data.admitted);
    },

    message(socket, bytes, isBinary) {
      const { session } = socket.getUserData();
      if (!session) return;
      const frame = isBinary ? MALFORMED : readFrame(Buffer.from(bytes).toString());
      if (frame === MALFORMED) {
        session.close('malformed');
        return;
      }
      const { id } = frame;
      sessions.received(session, frame, id === undefined ? undefined : (reply) => session.reply(replyFrame(id, reply)));
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
      session?.ended();
      if (session) sessions.closed(session, !CLOSED_OTHERWISE.has(code));
    },
  });
}

function namesIn(header: string): string[] {
  return header === '' ? [] : header.split(',').map((name) => name.trim());
}

function tokenOf(authorization: string, offered: readonly string[]): string | undefined {
  const token = bearerToken(authorization);
  if (token !== undefined) return token;
  if (!offered.includes(SUBPROTOCOL)) return undefined;
  return offered.find((name) => name.startsWith(BEARER_PREFIX))?.slice(BEARER_PREFIX.length);
}

function admitHandshake(
  context: Context,
  response: HttpResponse,
  token: string | undefined,
): AdmittedSocket | Promise<AdmittedSocket> {
  const address = addressOf(response);
  const refusal = context.unauthenticated.refusal(address);
  if (refusal) throw refusal;
  return admitSocket(context, address, token);
}

/**
 * Answers a handshake whose token's key had yet to be fetched. Accepting is not corked here: uWebSockets up to 20.69 closes a
 * socket that was upgraded later inside `cork`, whenever the memory that the response gave back has been used again
 * (uNetworking/uWebSockets#1929). Header by header it is dearer, and uWebSockets warns of that; but it is once in a key's life.
 */
async function answerLater(
  context: Context,
  response: HttpResponse,
  admission: Promise<AdmittedSocket>,
  accept: (admitted: AdmittedSocket) => void,
): Promise<void> {
  const { unauthenticated } = context;
  let aborted = false;
  response.onAborted(() => {
    aborted = true;
    unauthenticated.remove(response);
  });
  unauthenticated.add(response, addressOf(response));
  try {
    const admitted = await admission;
    if (aborted) admitted.left();
    else accept(admitted);
  } catch (error) {
    if (!aborted) response.cork(() => fail(context, response, error));
  } finally {
    unauthenticated.remove(response);
  }
}

/** Refuses an upgrade; what is no refusal is a bug and is logged. */
function fail({ logger }: Context, response: HttpResponse, error: unknown): void {
  if (!(error instanceof VestnikError)) logger.error({ err: error }, 'upgrade failed');
  refuse(response, error);
}
