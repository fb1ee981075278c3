import { type Attack, callerOf, repeat } from '../target.ts';

const USERS = 8;
/** Devices of each of them. */
const DEVICES = 10;

/** Eight users have webhooks at names whose DNS server never answers, and write to each other. */
export const hangingWebhooks: Attack = {
  name: 'webhooks',
  title: 'pushes to webhooks whose DNS server never answers',
  async run(target, signal) {
    const users = Array.from({ length: USERS }, (_, index) => target.firstUser + index);
    const callers = await Promise.all(users.map((userId) => callerOf(target, userId)));
    await Promise.all(
      callers.flatMap((caller, index) =>
        Array.from({ length: DEVICES }, (_, device) =>
          caller('POST', '/devices', {
            provider: 'webhook',
            target: { url: `https://siege-${target.firstUser + index}-${device}.hang.test/hook` },
          }),
        ),
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
