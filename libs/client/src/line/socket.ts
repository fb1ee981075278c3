import { VestnikError } from '../errors.ts';
import type { ErrorCode, RefusalReason } from '../protocol/model.ts';
import { createHeartbeat } from './heartbeat.ts';

/** A frame from the server. */
interface Frame {
  id?: number;
  ok?: boolean;
  event?: string;
  data?: unknown;
  error?: { code: ErrorCode; message: string; reason?: RefusalReason };
}

interface Call {
  size: number;
  resolve(data: unknown): void;
  reject(error: VestnikError): void;
}

/** One socket, from its handshake to its end. */
export interface LiveSocket {
  /** Sends an event and resolves with the data of its reply. */
  call(event: string, data: unknown): Promise<unknown>;
  /** Asks the server for a sign of life; without one the socket ends soon. */
  check(): void;
  /** Ends the socket at once. */
  close(): void;
}

/** The listeners of a socket. */
export interface SocketEars {
  /** Every event in the order in which they come; `ready` says that the socket is live. */
  onEvent(name: string, data: unknown): void;
  /** The end, once. 1006: the line was lost. */
  onEnd(code: number): void;
}

/** How long a handshake may take until `ready`, in ms. */
const READY_WITHIN_MS = 20_000;

/** Opens a socket as browsers do: the token is a subprotocol. */
export function openSocket(url: string, token: string, answerWithinMs: number, ears: SocketEars): LiveSocket {
  const socket = new WebSocket(url, ['messenger.v1', `bearer.${token}`]);
  const calls = new Map<number, Call>();
  let lastId = 0;
  let isOver = false;

  const tooLate = setTimeout(() => end(1006), READY_WITHIN_MS);
  const heartbeat = createHeartbeat({
    ping: () => socket.readyState === WebSocket.OPEN && socket.send('{"event":"ping"}'),
    onSilence: () => end(1006),
  });

  function end(code: number): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(tooLate);
    heartbeat.stop();
    socket.onmessage = null;
    socket.onclose = null;
    socket.onerror = null;
    // A line that is half open would hold the closing handshake up; nobody waits for it.
    socket.close();
    const isTooLarge = code === 4413 || code === 1009;
    const largest = Math.max(...[...calls.values()].map(({ size }) => size));
    for (const { size, reject } of calls.values()) {
      if (isTooLarge && size === largest)
        reject(new VestnikError('too_large', 'the frame is larger than the server takes'));
      else reject(new VestnikError('unavailable', `the line was lost before the answer (${code})`));
    }
    calls.clear();
    ears.onEnd(code);
  }

  socket.onmessage = ({ data }: { data: unknown }) => {
    heartbeat.heard();
    const frame = JSON.parse(String(data)) as Frame;
    if (frame.event === 'ready') clearTimeout(tooLate);
    if (frame.event !== undefined) ears.onEvent(frame.event, frame.data);
    const call = calls.get(frame.id ?? 0);
    if (!call) return;
    calls.delete(frame.id ?? 0);
    if (frame.ok) call.resolve(frame.data);
    else call.reject(new VestnikError(frame.error?.code ?? 'internal', frame.error?.message ?? 'refused', frame.error));
  };
  socket.onclose = ({ code }: { code: number }) => end(code);
  socket.onerror = () => {};

  return {
    call(event, data) {
      return new Promise((resolve, reject) => {
        if (isOver || socket.readyState !== WebSocket.OPEN) {
          reject(new VestnikError('unavailable', 'the line is lost'));
          return;
        }
        const id = (lastId += 1);
        const frame = JSON.stringify({ id, event, data });
        const timer = setTimeout(() => {
          calls.delete(id);
          reject(new VestnikError('unavailable', `no answer to ${event} within ${answerWithinMs} ms`));
          heartbeat.check();
        }, answerWithinMs);
        calls.set(id, {
          size: frame.length,
          resolve(reply) {
            clearTimeout(timer);
            resolve(reply);
          },
          reject(error) {
            clearTimeout(timer);
            reject(error);
          },
        });
        socket.send(frame);
      });
    },
    check: heartbeat.check,
    close: () => end(1000),
  };
}
