import { VestnikError } from '../errors.ts';
import type { TokenSource } from '../token.ts';
import { afterClose, within } from './backoff.ts';
import { type LiveSocket, openSocket } from './socket.ts';
import { onWake } from './wake.ts';

/** The way to the server, and the listeners of a line. */
export interface LineOptions {
  socketUrl: string;
  tokens: TokenSource;
  answerWithinMs: number;
  /** Asks REST how long the server wants clients to stay away, in s; undefined where it does not say. */
  askRetryAfter(): Promise<number | undefined>;
  onEvent(name: string, data: unknown): void;
  onState(state: 'live' | 'offline' | 'stopped', why?: VestnikError): void;
}

/** The line to the server: one socket after the other. */
export interface Line {
  /** Connects for the first time. */
  start(): void;
  /** Sends an event as soon as the line is live, and resolves with the data of its reply. */
  call(event: string, data: unknown): Promise<unknown>;
  close(): void;
}

/** Keeps a line to the server until it is closed or the server refuses the client for good. */
export function createLine(options: LineOptions): Line {
  const { socketUrl, tokens, answerWithinMs } = options;
  let socket: LiveSocket | undefined;
  let isLive = false;
  let stopped: VestnikError | undefined;
  /** Losses in a row without a live line between. */
  let failures = 0;
  /** The token that the server has refused since the line was live last. */
  let refused: string | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const waiting = new Set<() => void>();

  const wakeAll = () => {
    for (const wake of waiting) wake();
    waiting.clear();
  };

  function stop(why: VestnikError): void {
    if (stopped) return;
    stopped = why;
    clearTimeout(retry);
    endWake();
    endRefresh();
    isLive = false;
    socket?.close();
    wakeAll();
    options.onState('stopped', why);
  }

  function connectIn(ms: number): void {
    clearTimeout(retry);
    if (!stopped) retry = setTimeout(connect, ms);
  }

  function connect(): void {
    if (stopped) return;
    retry = undefined;
    (refused === undefined ? tokens.current() : tokens.renew(refused)).then(
      (token) => {
        if (stopped || socket) return;
        const opened = openSocket(socketUrl, token, answerWithinMs, {
          onEvent(name, data) {
            if (name === 'ready') {
              isLive = true;
              failures = 0;
              refused = undefined;
            }
            options.onEvent(name, data);
            if (name === 'ready') {
              options.onState('live');
              wakeAll();
            }
          },
          onEnd: (code) => ended(code, token),
        });
        socket = opened;
      },
      (error: VestnikError) => {
        if (error.code === 'unauthorized') stop(error);
        else connectIn(within([1_000, Math.min(60_000, 2_000 * 2 ** (failures += 1))]));
      },
    );
  }

  function ended(code: number, token: string): void {
    const wasLive = isLive;
    socket = undefined;
    isLive = false;
    if (stopped) return;
    if (wasLive) options.onState('offline');
    const next = afterClose(code, failures);
    failures += 1;
    if ('stop' in next) stop(next.stop);
    else if ('wait' in next) void waitAndConnect(next.wait, !wasLive && (code === 1013 || code === 4429));
    else if (refused !== undefined) stop(new VestnikError('unauthorized', 'the server has refused a new token too'));
    else {
      refused = token;
      connect();
    }
  }

  /** Waits as long as the server says, and at random. */
  async function waitAndConnect(span: [number, number], asks: boolean): Promise<void> {
    connectIn(within(span));
    if (!asks) return;
    const seconds = await options.askRetryAfter();
    if (seconds !== undefined && !socket && !stopped) connectIn(seconds * 1_000 + within([0, 1_000]));
  }

  const endWake = onWake(() => {
    if (socket) socket.check();
    else if (retry !== undefined) connectIn(within([0, 500]));
  });
  // The socket stays open with the new token; if the server refuses it, it closes with the old one.
  const endRefresh = tokens.keepFresh((token) => {
    if (isLive) socket?.call('refresh_token', { token }).catch(() => undefined);
  });

  function untilLive(): Promise<void> {
    if (isLive || stopped) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const live = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(live);
        reject(new VestnikError('unavailable', `no connection within ${answerWithinMs} ms`));
      }, answerWithinMs);
      waiting.add(live);
    });
  }

  return {
    start: connect,
    async call(event, data) {
      await untilLive();
      if (stopped || !socket) throw stopped ?? new VestnikError('unavailable', 'the line is lost');
      return socket.call(event, data);
    },
    close: () => stop(new VestnikError('unavailable', 'the client is closed')),
  };
}
