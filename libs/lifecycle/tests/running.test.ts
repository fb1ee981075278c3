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

test('when the start fails, the parts that have started stop, and the error is thrown on', async () => {
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

test('the error of a part that cannot stop is thrown after all others have stopped', async () => {
  const stopped: string[] = [];
  const running = await startInOrder(async (onStop) => {
    onStop(() => stopped.push('first'));
    onStop(() => Promise.reject(new Error('cannot be stopped')));
  });
  await expect(running.stop()).rejects.toThrow('cannot be stopped');
  expect(stopped).toEqual(['first']);
});
