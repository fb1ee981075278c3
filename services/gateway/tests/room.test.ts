import { afterAll, expect, test } from '@jest/globals';
import { encodeLive, type LiveHeader, type Message, newMessageFrame } from '@vestnik/contracts';
import { until } from '@vestnik/testing';
import { OrderedRoom } from '../src/live/room.ts';
import type { Session } from '../src/live/session.ts';
import { createWarmth } from '../src/live/warmth.ts';
import { createLocalUser } from './live-support.ts';

const CONVERSATION = 1;

const warmth = createWarmth();
afterAll(() => warmth.stop());

function message(seq: number, deleted = false): Message {
  return {
    id: 100 + seq,
    conversation_id: CONVERSATION,
    seq,
    sender_id: 1,
    client_message_id: null,
    type: 'text',
    content: deleted ? null : `message ${seq}`,
    attachments: [],
    reply_to_id: null,
    reactions: [],
    created_at: '2026-01-01T00:00:00.000Z',
    edited_at: null,
    deleted_at: deleted ? '2026-01-01T00:00:01.000Z' : null,
    read_at: null,
  };
}

interface Handed {
  event: string;
  data: { message: Message };
}

/** A room with one who is in it and what they were handed; `fetch` answers for what is missing. */
function openRoom(fetch: (afterSeq: number, upToSeq: number) => Promise<Message[]>) {
  const handed: Handed[] = [];
  const note = (frame: string | Uint8Array) => void handed.push(JSON.parse(Buffer.from(frame as string).toString()));
  const room = new OrderedRoom(CONVERSATION, {
    publisher: { publish: (_, frame) => note(frame) },
    warmth,
    fetchRange: (_, afterSeq, upToSeq) => fetch(afterSeq, upToSeq),
    deliver: (_, { frames }) => frames.forEach(note),
    onHanded: () => undefined,
    onFault: (error) => {
      throw error;
    },
    onGivenUp: () => undefined,
  });
  const session = { send: note, join: () => undefined, leave: () => undefined, isIn: () => true };
  room.audience.enter({ ...createLocalUser(1), sessions: [session as unknown as Session] });
  room.startAt(0);
  const take = (header: LiveHeader, frame: string) => room.take(Buffer.from(encodeLive(header, [frame])));
  return { room, handed, take };
}

const deleted = (seq: number) => JSON.stringify({ event: 'message_deleted', data: { message: message(seq, true) } });

test('a message that is held back for one before it, and changed meanwhile, is handed over as it is by then', async () => {
  const stored = [message(1), message(2), message(3, true)];
  const { room, handed, take } = openRoom(async (afterSeq, upToSeq) =>
    stored.filter(({ seq }) => seq > afterSeq && seq <= upToSeq),
  );
  take({ first_seq: 1 }, newMessageFrame(message(1)));
  // The second is on its way by another instance of messages; the third is there, and is deleted.
  take({ first_seq: 3 }, newMessageFrame(message(3)));
  take({ changes_message: true }, deleted(3));

  await until('everything is handed over', () => room.lastSeq() === 3);
  const ofThird = handed.filter(({ data }) => data.message.seq === 3);
  expect(ofThird.at(-1)?.data.message).toEqual(message(3, true));
  expect(handed.filter(({ event }) => event === 'new_message').map(({ data }) => data.message.seq)).toEqual([1, 2, 3]);
  room.close();
});

test('a message that is deleted while it is being fetched does not come back', async () => {
  const fetched = Promise.withResolvers<Message[]>();
  let isAsked = false;
  const { room, handed, take } = openRoom(async (afterSeq) => {
    isAsked = true;
    return afterSeq === 0 ? fetched.promise : [message(2)];
  });
  take({ first_seq: 2 }, newMessageFrame(message(2)));
  await until('the first is fetched', () => isAsked);
  take({ changes_message: true }, deleted(1));
  // It was read before.
  fetched.resolve([message(1)]);

  await until('everything is handed over', () => room.lastSeq() === 2);
  const ofFirst = handed.filter(({ data }) => data.message.seq === 1);
  expect(ofFirst.at(-1)?.data.message).toEqual(message(1, true));
  room.close();
});

test('an older state of the conversation is not told behind a newer one', () => {
  const { room, handed, take } = openRoom(async () => []);
  for (const version of [2, 4, 3, 4, 5]) {
    take({ version }, JSON.stringify({ event: 'conversation_updated', data: { conversation: { version } } }));
  }
  expect(handed).toMatchObject([2, 4, 5].map((version) => ({ data: { conversation: { version } } })));
  room.close();
});
