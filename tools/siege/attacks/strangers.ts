import { type Attack, callerOf, repeat } from '../target.ts';

const PEOPLE = 100;

/** One user writes to people of another company, one after the other, and adds them to groups. */
export const strangers: Attack = {
  name: 'strangers',
  title: 'writes to people of another company, one after the other',
  async run(target, signal) {
    const { firstUser } = target;
    const people = Array.from({ length: PEOPLE }, (_, index) => firstUser + 1 + index);
    for (const userId of people) await (await callerOf(target, userId, 2))('GET', '/unread-count');
    const caller = await callerOf(target, firstUser);
    await repeat(signal, 48, (turn) => {
      const participantId = people[turn % PEOPLE];
      return turn % 2 === 0
        ? caller('POST', '/conversations', { participantId, message: { content: 'Hello!' } })
        : caller('POST', '/conversations', { type: 'group', name: 'offer', participantIds: [participantId] });
    });
  },
};
