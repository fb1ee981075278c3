import { STATUS_CODES } from 'node:http';
import type { HttpResponse, TemplatedApp, us_socket_context_t } from '@uwsjs/core';
import { ERROR_STATUS, toErrorBody, VestnikError } from '@vestnik/contracts';
import type { GatewayContext } from '../context.ts';
import { admitSocket, bearerToken, type Entry } from './admit.ts';
import { MALFORMED, readFrame, replyFrame } from './frames.ts';
import { createTurnEnd, NativeSession } from './native-session.ts';
import type { Sessions } from './sessions.ts';
import { IDLE_TIMEOUT_SECONDS, maxBackpressure, maxFrameBytes } from './transport.ts';

/** What uWebSockets keeps with each socket. */
interface SocketData {
  entry: Entry;
  session: NativeSession | undefined;
}

/** Offered by browsers, which cannot set a header: this name, and the token as `bearer.<jwt>`. */
const SUBPROTOCOL = 'messenger.v1';
const BEARER_PREFIX = 'bearer.';

/** Opens `/ws` on a uWebSockets app: JSON text frames, the token in a header or as a subprotocol. */
export function openNativeDoor(app: TemplatedApp, context: GatewayContext, sessions: Sessions): void {
  const turnEnd = createTurnEnd();
  app.ws<SocketData>('/ws', {
    maxPayloadLength: maxFrameBytes(context.config.limits),
    idleTimeout: IDLE_TIMEOUT_SECONDS,
    sendPingsAutomatically: true,
    maxBackpressure: maxBackpressure(context.config.limits),
    closeOnBackpressureLimit: true,

    upgrade(response, request, socketContext) {
      const handshake = {
        key: request.getHeader('sec-websocket-key'),
        protocol: request.getHeader('sec-websocket-protocol'),
        extensions: request.getHeader('sec-websocket-extensions'),
      };
      const token = tokenOf(request.getHeader('authorization'), handshake.protocol);
      return upgrade(context, response, socketContext, handshake, token);
    },

    open(socket) {
      const data = socket.getUserData();
      const session = new NativeSession(socket, data.entry.identity, turnEnd);
      data.session = session;
      sessions.opened(session, data.entry);
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
      sessions.received(
        session,
        frame,
        id === undefined ? undefined : (reply) => session.sendSoon(replyFrame(id, reply)),
      );
    },

    close(socket) {
      const data = socket.getUserData();
      const { session } = data;
      data.session = undefined;
      session?.ended();
      if (session) sessions.closed(session);
    },
  });
}

function tokenOf(authorization: string, protocol: string): string | undefined {
  const token = bearerToken(authorization);
  if (token !== undefined) return token;
  const offered = protocol.split(',').map((name) => name.trim());
  if (!offered.includes(SUBPROTOCOL)) return undefined;
  return offered.find((name) => name.startsWith(BEARER_PREFIX))?.slice(BEARER_PREFIX.length);
}

async function upgrade(
  context: GatewayContext,
  response: HttpResponse,
  socketContext: us_socket_context_t,
  handshake: { key: string; protocol: string; extensions: string },
  token: string | undefined,
): Promise<void> {
  const { newcomers } = context;
  let aborted = false;
  response.onAborted(() => {
    aborted = true;
    newcomers.settle(response);
  });
  const address = Buffer.from(response.getRemoteAddressAsText()).toString();
  const answer = (write: () => void) => {
    if (!aborted) response.cork(write);
  };
  try {
    const refusal = newcomers.refusal(address);
    if (refusal) throw refusal;
    newcomers.arrive(response, address);
    const entry = await admitSocket(context, address, token);
    if (aborted) {
      entry.left();
      return;
    }
    // A server answers one of the offered subprotocols, never the one that carries the token.
    const protocol = handshake.protocol.includes(SUBPROTOCOL) ? SUBPROTOCOL : '';
    answer(() =>
      response.upgrade<SocketData>(
        { entry, session: undefined },
        handshake.key,
        protocol,
        handshake.extensions,
        socketContext,
      ),
    );
  } catch (error) {
    if (!(error instanceof VestnikError)) context.logger.error({ err: error }, 'upgrade failed');
    answer(() => refuse(response, error));
  } finally {
    newcomers.settle(response);
  }
}

function refuse(response: HttpResponse, error: unknown): void {
  const { code, message } = toErrorBody(error);
  const status = ERROR_STATUS[code];
  response.writeStatus(`${status} ${STATUS_CODES[status]}`);
  response.writeHeader('content-type', 'application/json');
  const seconds = error instanceof VestnikError ? error.retryAfterSeconds : undefined;
  if (seconds !== undefined) response.writeHeader('retry-after', String(Math.ceil(seconds)));
  response.end(JSON.stringify({ success: false, error: { code, message } }));
}
