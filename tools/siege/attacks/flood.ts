import { type Attack, callerOf, repeat, socketOf } from '../target.ts';

const FLOODERS = 5;
/** As long as a message may be. */
const LONG = 'x'.repeat(10_000);

/** Some users write long messages to one user whose client hardly reads. */
export const flood: Attack = {
  name: 'flood',
  title: 'long messages to a user whose client hardly reads',
  async run(target, signal) {
    const victim = target.firstUser;
    const socket = await socketOf(target, victim);
    socket?.socket.pause();
    const callers = await Promise.all(
      Array.from({ length: FLOODERS }, (_, index) => callerOf(target, victim + 1 + index)),
    );
    const paths = await Promise.all(
      callers.map(async (caller) => {
        const direct = await caller('POST', '/conversations', { participantId: victim });
        return `/conversations/${direct?.conversation.id}/messages`;
      }),
    );
    await Promise.all([
      repeat(signal, 20 * FLOODERS, (turn) => {
        const index = turn % FLOODERS;
        return callers[index]?.('POST', paths[index] as string, { content: LONG });
      }),
      repeat(signal, 1, () => {
        socket?.socket.once('message', () => socket.socket.pause());
        socket?.socket.resume();
      }),
    ]);
    socket?.socket.terminate();
  },
};
