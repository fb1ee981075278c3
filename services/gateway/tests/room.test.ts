import { afterAll, expect, jest, test } from '@jest/globals';
import type { Bus } from '@vestnik/bus';
import { encodeLive, type LiveHeader, liveSubjects, type Message, newMessageFrame } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { until } from '@vestnik/testing';
import { Room } from '../src/rooms/room.ts';
import { createRooms } from '../src/rooms/rooms.ts';
import { createTopicActivity } from '../src/rooms/topic-activity.ts';
import { createRoomMessages } from '../src/upstream/room-messages.ts';
import { type ConnectedUser, enterRooms, type UserSession } from '../src/users/connected-user.ts';
import { createConnectedUser } from './local-user.ts';

const CONVERSATION = 1;

const topicActivity = createTopicActivity();
afterAll(() => topicActivity.stop());

function message(seq: number, deleted = false): Message {
  return {
    id: 100 + seq,
    conversation_id: CONVERSATION,
    seq,
    version: 1,
    sender_id: 1,
    client_message_id: null,
    type: 'text',
    content: deleted ? null : `message ${seq}`,
    attachments: [],
    mentions: [],
    pinned_at: null,
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

/** The event whose header this is. */
function subjectOf({ first_seq, version }: LiveHeader): string {
  if (first_seq !== undefined) return liveSubjects.newMessage(CONVERSATION);
  if (version !== undefined) return liveSubjects.conversationUpdated(CONVERSATION);
  return liveSubjects.messageDeleted(CONVERSATION);
}

/** Opens a room with one subscriber and returns it with the frames handed over; `fetch` returns missing messages. */
function openRoom(fetch: (afterSeq: number, upToSeq: number) => Promise<Message[]>, head = 0) {
  const handed: Handed[] = [];
  const note = (frame: string | Uint8Array) => void handed.push(JSON.parse(Buffer.from(frame as string).toString()));
  const room = new Room<ConnectedUser>(CONVERSATION, {
    publisher: { publish: (_, frame) => note(frame) },
    topicActivity,
    fetchRange: (_, afterSeq, upToSeq) => fetch(afterSeq, upToSeq),
    headOf: async () => head,
    deliver: (_, { frames }) => frames.forEach(note),
    onHanded: () => undefined,
    onFault: (error) => {
      throw error;
    },
    onGivenUp: () => undefined,
  });
  const session = { send: note, join: () => undefined, leave: () => undefined, isIn: () => true };
  room.subscribers.add({ ...createConnectedUser(1), sessions: [session as unknown as UserSession] });
  room.startAt(0);
  const take = (header: LiveHeader, frame: string, subject = subjectOf(header)) =>
    room.take(Buffer.from(encodeLive(header, [frame])), subject);
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

test('an older state of the conversation is not handed over behind a newer one', () => {
  const { room, handed, take } = openRoom(async () => []);
  for (const version of [2, 4, 3, 4, 5]) {
    take({ version }, JSON.stringify({ event: 'conversation_updated', data: { conversation: { version } } }));
  }
  expect(handed).toMatchObject([2, 4, 5].map((version) => ({ data: { conversation: { version } } })));
  room.close();
});

test('missing messages that cannot be fetched for seconds are given up once: subscribers get `resync` and later messages', async () => {
  jest.useFakeTimers();
  const sent: string[] = [];
  const note = (frame: string | Uint8Array) => {
    const { event, data } = JSON.parse(Buffer.from(frame as string).toString()) as Handed;
    sent.push(event === 'new_message' ? `message ${data.message.seq}` : event);
  };
  let receive = (_payload: Uint8Array, _subject: string): void => undefined;
  let fetches = 0;
  let head = 0;
  const bus = {
    isConnected: () => true,
    subscribe(_: string, handle: (payload: Uint8Array, subject: string) => void) {
      receive = handle;
      return () => undefined;
    },
    async request(_: unknown, input: { conversation_ids?: number[] }) {
      if (input.conversation_ids) return { heads: [{ conversation_id: CONVERSATION, seq: head }] };
      fetches += 1;
      throw new Error('messages is away');
    },
  };
  const rooms = createRooms<ConnectedUser>({
    bus: bus as unknown as Bus,
    logger: createLogger('gateway', 'silent'),
    publisher: { publish: (_, frame) => note(frame) },
    topicActivity,
    messages: createRoomMessages(bus as unknown as Bus),
    observer: { handed: () => undefined, entered: () => undefined, left: () => undefined },
    deliver: () => undefined,
  });
  const session = { send: note, join: () => undefined, leave: () => undefined, isIn: () => true };
  const user = { ...createConnectedUser(1), sessions: [session as unknown as UserSession] };
  const takes = (seq: number) => {
    head = seq;
    const event = Buffer.from(encodeLive({ first_seq: seq }, [newMessageFrame(message(seq))]));
    receive(event, liveSubjects.newMessage(CONVERSATION));
  };
  try {
    const entered = rooms.open([CONVERSATION], (opened) => void enterRooms(rooms, user, opened));
    await jest.advanceTimersByTimeAsync(100);
    await entered;
    for (const seq of [1, 3]) takes(seq);
    await jest.advanceTimersByTimeAsync(1_000);
    takes(4);
    expect(sent).toEqual(['message 1']);
    await jest.advanceTimersByTimeAsync(10_000);
    takes(5);
    expect(sent).toEqual(['message 1', 'resync', 'message 3', 'message 4', 'message 5']);
    expect(fetches).toBe(4);
  } finally {
    jest.useRealTimers();
  }
});

test('a `seq` that no message has is given up, and the messages behind the true head are handed over', async () => {
  jest.useFakeTimers();
  try {
    const { room, handed, take } = openRoom(async () => [], 1);
    take({ first_seq: 1 }, newMessageFrame(message(1)));
    take({ first_seq: Number.MAX_SAFE_INTEGER - 1 }, newMessageFrame(message(7)));
    await jest.advanceTimersByTimeAsync(10_000);
    take({ first_seq: 2 }, newMessageFrame(message(2)));
    expect(handed.map(({ data }) => data.message.seq)).toEqual([1, 2]);
    room.close();
  } finally {
    jest.useRealTimers();
  }
});

test.each<[string, LiveHeader, string]>([
  ['a message by presence', { first_seq: 1 }, `evt.presence.v1.new_message.c${CONVERSATION}`],
  ['a message as typing', { first_seq: 1 }, liveSubjects.userTyping(CONVERSATION)],
  ['a message at no place', { first_seq: 0 }, liveSubjects.newMessage(CONVERSATION)],
  ['a message at half a place', { first_seq: 1.5 }, liveSubjects.newMessage(CONVERSATION)],
  ['a message at the end of all numbers', { first_seq: 2 ** 53 }, liveSubjects.newMessage(CONVERSATION)],
  ['a version by messages', { version: 9 }, liveSubjects.messagesRead(CONVERSATION)],
  ['a change of a message by conversations', { changes_message: true }, liveSubjects.conversationUpdated(CONVERSATION)],
  ['an event that nobody publishes', {}, `evt.presence.v1.user_typing.c${CONVERSATION}`],
])('is no live event, and reaches no socket: %s', (_, header, subject) => {
  const { room, handed, take } = openRoom(async () => []);
  expect(() => take(header, newMessageFrame(message(1)), subject)).toThrow('no live event of its subject');
  take({ first_seq: 1 }, newMessageFrame(message(1)));
  expect(handed).toHaveLength(1);
  room.close();
});
