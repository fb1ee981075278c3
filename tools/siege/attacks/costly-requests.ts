import { type Attack, callerOf, repeat, socketOf } from '../target.ts';

const MANY = 1_000;

/** One user sends the requests that cost most, at the rates that a user has. */
export const costlyRequests: Attack = {
  name: 'costly',
  title: 'counts, presence of a thousand, sync of foreign ids, a group of a thousand',
  async run(target, signal) {
    const { firstUser } = target;
    const caller = await callerOf(target, firstUser);
    const socket = await socketOf(target, firstUser);
    const userIds = Array.from({ length: MANY }, (_, index) => firstUser + index);
    const conversations = userIds.map((id) => ({ id, afterSeq: 0 }));
    const group = await caller('POST', '/conversations', {
      type: 'group',
      name: 'thousand',
      participantIds: userIds.slice(1, MANY),
    });
    const path = `/conversations/${group?.conversation.id}/messages`;
    await Promise.all([
      repeat(signal, 24, () => caller('GET', '/unread-count')),
      repeat(signal, 20, (turn) => caller('POST', path, { content: `to a thousand ${turn}` })),
      repeat(signal, 10, () => socket?.call('watch_presence', { userIds })),
      repeat(signal, 10, () => socket?.call('sync', { conversations })),
    ]);
    await socket?.close();
  },
};
