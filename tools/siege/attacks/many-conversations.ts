import { type Attack, callerOf, repeat, socketOf } from '../target.ts';

/** Users who put the victim into groups. */
const CREATORS = 25;

/** One user is in as many conversations as the quotas allow, and comes and goes. */
export const manyConversations: Attack = {
  name: 'conversations',
  title: 'a user in thousands of conversations comes and goes',
  async run(target, signal) {
    const victim = target.firstUser;
    const creators = await Promise.all(
      Array.from({ length: CREATORS }, (_, index) => callerOf(target, victim + 1 + index)),
    );
    await Promise.all([
      repeat(signal, 200, (turn) =>
        creators[turn % CREATORS]?.('POST', '/conversations', { type: 'group', name: 'n', participantIds: [victim] }),
      ),
      repeat(signal, 2, async () => (await socketOf(target, victim))?.close()),
    ]);
  },
};
