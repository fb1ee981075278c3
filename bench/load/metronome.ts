import { parentPort, workerData } from 'node:worker_threads';

/**
 * Ticks at exact times. Timers of the event loop know whole milliseconds only, and a busy loop would take a core from the
 * servers. So a thread sleeps, to the microsecond, and wakes the event loop.
 */
const { intervalMs } = workerData as { intervalMs: number };
const never = new Int32Array(new SharedArrayBuffer(4));

let next = performance.now();
for (;;) {
  next += intervalMs;
  const wait = next - performance.now();
  if (wait > 0) Atomics.wait(never, 0, 0, wait);
  else next -= wait;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port is no window and has no origin
  parentPort?.postMessage(null);
}
