import { afterAll, expect, test } from '@jest/globals';
import { encodeLive, type LiveHeader, type Message } from '@vestnik/contracts';
import { until } from '@vestnik/testing';
import { createRoom, newMessageFrame } from '../src/live/room.ts';
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

test('a message that is held back for one before it, and changed meanwhile, is handed over as it is by then', async () => {
  const handed: { event: string; data: { message: Message } }[] = [];
  const stored = [message(1), message(2), message(3, true)];
  const room = createRoom(CONVERSATION, {
    publisher: { publish: (_, frame) => void handed.push(JSON.parse(String(frame))) },
    warmth,
    fetchRange: async (_, afterSeq, upToSeq) => stored.filter(({ seq }) => seq > afterSeq && seq <= upToSeq),
    onHanded: () => undefined,
    onFault: (error) => {
      throw error;
    },
    onGivenUp: () => undefined,
  });
  const take = (header: LiveHeader, frame: string) =>
    room.take(Buffer.from(encodeLive(header, [frame])), ({ frames }) => room.audience.publish(frames));
  room.audience.enter(createLocalUser(1));
  room.startAt(0);
  take({ first_seq: 1 }, newMessageFrame(message(1)));
  // The second is on its way by another instance of messages; the third is there, and is deleted.
  take({ first_seq: 3 }, newMessageFrame(message(3)));
  take({ changes_message: true }, JSON.stringify({ event: 'message_deleted', data: { message: message(3, true) } }));

  await until('everything is handed over', () => room.lastSeq() === 3);
  const ofThird = handed.filter(({ data }) => data.message.seq === 3);
  expect(ofThird.at(-1)?.data.message).toEqual(message(3, true));
  expect(handed.filter(({ event }) => event === 'new_message').map(({ data }) => data.message.seq)).toEqual([2, 3]);
  room.close();
});
