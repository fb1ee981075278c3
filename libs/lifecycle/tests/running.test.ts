import { expect, test } from '@jest/globals';
import { startInOrder } from '../src/index.ts';

test('parts stop in the opposite order, each when the one before it has stopped', async () => {
  const stopped: string[] = [];
  const running = await startInOrder(async (onStop) => {
    onStop(() => stopped.push('first'));
    onStop(async () => {
      await Promise.resolve();
      stopped.push('second');
    });
  });
  expect(stopped).toEqual([]);
  await running.stop();
  expect(stopped).toEqual(['second', 'first']);
});

test('when the start fails, what was started by then is stopped, and the fault is thrown on', async () => {
  const stopped: string[] = [];
  const starting = startInOrder(async (onStop) => {
    onStop(() => stopped.push('first'));
    onStop(() => {
      throw new Error('cannot be stopped');
    });
    throw new Error('cannot be started');
  });
  await expect(starting).rejects.toThrow('cannot be started');
  expect(stopped).toEqual(['first']);
});

test('a part that cannot be stopped is told, after all others have been stopped', async () => {
  const stopped: string[] = [];
  const running = await startInOrder(async (onStop) => {
    onStop(() => stopped.push('first'));
    onStop(() => Promise.reject(new Error('cannot be stopped')));
  });
  await expect(running.stop()).rejects.toThrow('cannot be stopped');
  expect(stopped).toEqual(['first']);
});
