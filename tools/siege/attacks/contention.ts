import { type Attack, callerOf, repeat } from '../target.ts';

const PEOPLE = 20;
const EMOJIS = ['👍', '🎉', '❤️', '😂', '😮'];

/** Twenty people change one group and one of its messages, at the rates that a user has. */
export const contention: Attack = {
  name: 'contention',
  title: 'renames of one group, edits of and reactions to one message',
  async run(target, signal) {
    const users = Array.from({ length: PEOPLE }, (_, index) => target.firstUser + index);
    const callers = await Promise.all(users.map((userId) => callerOf(target, userId)));
    const [owner] = callers;
    if (!owner) return;
    const group = await owner('POST', '/conversations', { type: 'group', name: 'hot', participantIds: users.slice(1) });
    const sent = await owner('POST', `/conversations/${group?.conversation.id}/messages`, { content: 'hot' });
    const [path, message] = [`/conversations/${group?.conversation.id}`, `/messages/${sent?.message.id}`];
    await Promise.all([
      repeat(signal, 48, (turn) => owner('PATCH', path, { name: `Name ${turn}` })),
      repeat(signal, 48, (turn) => owner('PATCH', message, { content: `Edit ${turn}` })),
      repeat(signal, 100, (turn) => {
        const emoji = EMOJIS[Math.floor(turn / PEOPLE) % EMOJIS.length] as string;
        const method = Math.floor(turn / (PEOPLE * EMOJIS.length)) % 2 === 0 ? 'PUT' : 'DELETE';
        return callers[turn % PEOPLE]?.(method, `${message}/reactions/${encodeURIComponent(emoji)}`);
      }),
    ]);
  },
};
