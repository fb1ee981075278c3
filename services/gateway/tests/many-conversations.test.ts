import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runSql, type System, startSystem, type TestClient, until } from '@vestnik/testing';

const CONVERSATIONS = 25_000;
const MEMBER = 1;
/** Longest wait of another user, in milliseconds: far above what a busy machine adds, far below what a quadratic loop takes. */
const LONGEST_MS = 2_000;

let system: System;
beforeAll(async () => {
  system = await startSystem({ separateProcesses: ['gateway'] });
  await runSql(
    system.servers.adminUrl,
    `
    insert into conversations.conversations (type, name, owner_id, version, created_at, updated_at)
    select 'group', 'Seeded', 1000000 + n, 1, now(), now() from generate_series(1, ${CONVERSATIONS}) n;
    insert into conversations.participants (conversation_id, user_id, position, joined_at)
    select c.id, case place when 1 then c.owner_id else ${MEMBER} end, place, now()
    from conversations.conversations c, generate_series(1, 2) place where c.name = 'Seeded';
    analyze conversations.conversations, conversations.participants;
  `,
  );
});
afterAll(() => system.stop());

/** Has a user send one message after the other until it is stopped. Returns the longest wait, in milliseconds. */
function keepSending(client: TestClient, conversationId: number): () => Promise<number> {
  let isStopped = false;
  const done = (async () => {
    let longest = 0;
    while (!isStopped) {
      const begun = performance.now();
      await client.ask('send_message', { conversationId, content: 'hello' });
      longest = Math.max(longest, performance.now() - begun);
      await delay(5);
    }
    return longest;
  })();
  return () => {
    isStopped = true;
    return done;
  };
}

async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${system.opsUrl()}/metrics`)).text();
  return Number(new RegExp(`^vestnik_${name}(?:\\{[^}]*\\})? (\\d+)`, 'm').exec(text)?.[1]);
}

test('a user in 25,000 conversations connects and disconnects while the sends of another user stay fast', async () => {
  const rest = await system.rest(2);
  const { data } = await rest('POST', '/conversations', { participantId: 3 });
  const innocent = await system.connect(2);
  const stop = keepSending(innocent, data.conversation.id);

  const member = await system.connect(MEMBER);
  expect(await figure('rooms')).toBe(CONVERSATIONS + 1);
  await member.close();
  await until('all rooms are closed', async () => (await figure('rooms')) === 1, 20_000);
  // A device that leaves while the rooms are being opened.
  const leaving = await system.connect(MEMBER);
  leaving.socket.terminate();
  const again = await system.connect(MEMBER);
  expect(await figure('rooms')).toBe(CONVERSATIONS + 1);
  await again.close();
  await until('all rooms are closed', async () => (await figure('rooms')) === 1, 20_000);

  expect(await stop()).toBeLessThan(LONGEST_MS);
});
