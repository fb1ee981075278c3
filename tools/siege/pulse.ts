import type { TestClient } from '@vestnik/testing';

/** Pings over one socket, which show for how long the gateway answers nobody. */
export interface Pulse {
  /** Ends the pings. Returns the longest time without an answer, in milliseconds. */
  stop(): number;
}

/** Below the rate of a user, in milliseconds. */
const EVERY_MS = 25;
const PING = '{"event":"ping"}';
const PONG = '{"event":"pong"}';

/**
 * Starts to ping. The time for which this process itself stood still does not count: a machine that is busy with other work
 * stops both.
 */
export function startPulse({ socket }: TestClient): Pulse {
  const waiting: { since: number; stoodStill: number }[] = [];
  let lastTick = performance.now();
  let stoodStill = 0;
  let longest = 0;

  const look = () => {
    const now = performance.now();
    stoodStill += Math.max(0, now - lastTick - EVERY_MS);
    lastTick = now;
  };
  const judge = (ping: { since: number; stoodStill: number }) => {
    longest = Math.max(longest, performance.now() - ping.since - (stoodStill - ping.stoodStill));
  };
  const timer = setInterval(() => {
    look();
    waiting.push({ since: performance.now(), stoodStill });
    socket.send(PING);
  }, EVERY_MS);
  const onMessage = (raw: { toString(): string }) => {
    if (raw.toString() !== PONG) return;
    look();
    const ping = waiting.shift();
    if (ping) judge(ping);
  };
  socket.on('message', onMessage);

  return {
    stop() {
      clearInterval(timer);
      socket.off('message', onMessage);
      const [oldest] = waiting;
      if (oldest) judge(oldest);
      return longest;
    },
  };
}
