import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestClient, type System, startSystem, token, until } from '@vestnik/testing';

const [VICTIM, FLOODER, FRIEND] = [71_001, 71_002, 71_003] as const;
/** Together far more than what the kernel keeps for a connection. */
const FLOOD = 300;
const LONG = 'x'.repeat(9_900);
const ATTACHMENTS = Array.from({ length: 10 }, (_, index) => ({
  url: `https://files.example/${'x'.repeat(4_000)}`,
  name: String(index),
  mime_type: 'text/plain',
  size: 1,
}));

let system: System;
beforeAll(async () => {
  system = await startSystem({ settings: { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_BACKLOG_BYTES: '262144' } });
});
afterAll(() => system.stop());

const metric = async (limit: string) => {
  const metrics = await (await fetch(`${system.opsUrl()}/metrics`)).text();
  return Number(
    new RegExp(`^vestnik_limit_refusals_total\\{[^}]*limit="${limit}"[^}]*\\} (\\d+)`, 'm').exec(metrics)?.[1],
  );
};

test('a user whom another floods stays connected, is told to sync, and has everything, also from a third user', async () => {
  const [flood, write] = [await system.rest(FLOODER), await system.rest(FRIEND)];
  const flooded = (await flood('POST', '/conversations', { participantId: VICTIM })).data.conversation.id;
  const friendly = (await write('POST', '/conversations', { participantId: VICTIM })).data.conversation.id;
  const victim = await createTestClient(system.socketUrl(), await token(VICTIM));
  let closed: number | undefined;
  void victim.closed.then((code) => (closed = code));

  // The victim has a slow line: it reads a little of each batch.
  victim.socket.pause();
  let isSlow = true;
  let sent = 0;
  while (sent < FLOOD) {
    const path = `/conversations/${flooded}/messages`;
    const batch = Array.from({ length: 10 }, () => flood('POST', path, { content: LONG, attachments: ATTACHMENTS }));
    sent += (await Promise.all(batch)).filter(({ status }) => status === 201).length;
    victim.socket.once('message', () => isSlow && victim.socket.pause());
    victim.socket.resume();
  }
  await write('POST', `/conversations/${friendly}/messages`, { content: 'hello' });
  await until('the flooder has no budget left', async () => (await metric('sender_budget')) > 0);
  expect(closed).toBeUndefined();

  isSlow = false;
  victim.socket.resume();
  await until('the victim is told to sync', () => {
    expect(closed).toBeUndefined();
    return victim.events('resync').length > 0;
  });
  const got = (id: number) =>
    victim
      .events('new_message')
      .filter(({ conversation_id }) => conversation_id === id)
      .map(({ message }) => message.seq as number);
  expect(got(flooded).length).toBeLessThan(FLOOD);

  const have = new Map([flooded, friendly].map((id) => [id, new Set(got(id))]));
  for (let hasMore = true; hasMore; ) {
    const conversations = [...have].map(([id, seqs]) => ({ id, afterSeq: firstGap(seqs) - 1 }));
    const { data } = await victim.call('sync', { conversations });
    const answers = data.conversations as { id: number; messages: { seq: number }[]; has_more: boolean }[];
    for (const { id, messages } of answers) for (const { seq } of messages) have.get(id)?.add(seq);
    hasMore = answers.some(({ has_more }) => has_more);
  }
  expect(have.get(flooded)?.size).toBe(FLOOD);
  expect(have.get(friendly)?.size).toBe(1);
  expect(closed).toBeUndefined();

  // It hears everything live again.
  await write('POST', `/conversations/${friendly}/messages`, { content: 'still there?' });
  await until('the next message comes live', () => got(friendly).includes(2));
  await victim.close();
});

/** Returns the first seq that is missing. */
function firstGap(seqs: ReadonlySet<number>): number {
  let seq = 1;
  while (seqs.has(seq)) seq += 1;
  return seq;
}
