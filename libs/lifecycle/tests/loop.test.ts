import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createLogger } from '@vestnik/logging';
import { type LoopOptions, startLoop } from '../src/index.ts';

const EVERY_MS = 1_000;
const logger = createLogger('test', 'silent');

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const start = (run: LoopOptions['run'], options: Partial<LoopOptions> = {}) =>
  startLoop({ name: 'test', everyMs: EVERY_MS, logger, run, ...options });

/** Notes when it runs, in milliseconds since it was made, and does what is scripted for each run; then nothing. */
function scripted(...script: (() => Promise<boolean | void>)[]) {
  const since = performance.now();
  const at: number[] = [];
  const run = async () => {
    at.push(Math.round(performance.now() - since));
    return script[at.length - 1]?.();
  };
  return { at, run };
}
const fail = () => Promise.reject(new Error('as a test wants it'));
const more = async () => true;

test('work is done at once, and again after each run', async () => {
  const { at, run } = scripted();
  const loop = start(run, { everyMs: 60_000 });
  await pass(120_000);
  expect(at).toEqual([0, 60_000, 120_000]);
  await loop.stop();
});

test('an error does not end a loop: the waits grow until the work succeeds again', async () => {
  const { at, run } = scripted(fail, fail, fail, fail);
  const loop = start(run);
  await pass(15_000);
  expect(at).toEqual([0, 2_000, 6_000, 10_000, 14_000, 15_000]);
  await loop.stop();
});

test('work of which there is more goes on at once', async () => {
  const { at, run } = scripted(more, more);
  const loop = start(run);
  await pass(EVERY_MS);
  expect(at).toEqual([0, 0, 0, EVERY_MS]);
  await loop.stop();
});

test('a wake does the work at once, and once more when it came during a run', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { at, run } = scripted(
    async () => {},
    () => promise,
  );
  const loop = start(run);
  await pass(100);
  loop.wake();
  await pass(100);
  expect(at).toEqual([0, 100]);
  loop.wake();
  loop.wake();
  resolve();
  await pass(100);
  expect(at).toEqual([0, 100, 200]);
  await loop.stop();
});

test('a wake does not cut the back-off short', async () => {
  const { at, run } = scripted(fail);
  const loop = start(run);
  await pass(500);
  loop.wake();
  await pass(2_000);
  expect(at).toEqual([0, 2_000]);
  await loop.stop();
});

test('starts keep the pace, however often it is woken', async () => {
  const { at, run } = scripted();
  const loop = start(run, { paceMs: 100 });
  for (let times = 0; times < 30; times += 1) {
    loop.wake();
    await pass(10);
  }
  expect(at).toEqual([0, 100, 200, 300]);
  await loop.stop();
});

test('a stop waits for the run under way and for what was woken for, and begins nothing else', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { at, run } = scripted(() => promise, more);
  const loop = start(run);
  loop.wake();
  let stopped = false;
  const stopping = loop.stop().then(() => {
    stopped = true;
  });
  await pass(5_000);
  expect(stopped).toBe(false);
  resolve();
  await stopping;
  await pass(5_000);
  expect(at).toHaveLength(2);
});

test('a stop ends the rest, also that after a failure', async () => {
  const { at, run } = scripted(fail);
  const loop = start(run);
  await pass(100);
  await loop.stop();
  await pass(5_000);
  expect(at).toEqual([0]);
});
