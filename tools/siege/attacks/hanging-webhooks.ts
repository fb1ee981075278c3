import { type Attack, callerOf, repeat } from '../target.ts';

const USERS = 8;

/** Eight users have webhooks at names that no server resolves soon, and write to each other. */
export const hangingWebhooks: Attack = {
  name: 'webhooks',
  title: 'pushes to webhooks whose names do not resolve',
  async run(target, signal) {
    const users = Array.from({ length: USERS }, (_, index) => target.firstUser + index);
    const callers = await Promise.all(users.map((userId) => callerOf(target, userId)));
    await Promise.all(
      callers.map((caller, index) =>
        caller('POST', '/devices', {
          provider: 'webhook',
          target: { url: `https://siege-${index}.hangs.invalid/hook` },
        }),
      ),
    );
    const [writer] = callers;
    const group = await writer?.('POST', '/conversations', {
      type: 'group',
      name: 'hooks',
      participantIds: users.slice(1),
    });
    const path = `/conversations/${group?.conversation.id}/messages`;
    await repeat(signal, 40, (turn) => callers[turn % USERS]?.('POST', path, { content: `push ${turn}` }));
  },
};
