import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type System, startSystem, until } from '@vestnik/testing';

let system: System;
beforeAll(async () => {
  system = await startSystem({ instances: { gateway: 2, messages: 2 } });
});
afterAll(() => system.stop());

let lastUser = 100;
/** Users that no other test knows. */
const people = (count: number) => Array.from({ length: count }, () => (lastUser += 1));

async function directBetween(a: number, b: number): Promise<number> {
  const reply = await (await system.rest(a))('POST', '/conversations', { participantId: b });
  if (!reply.body.success) throw new Error(JSON.stringify(reply.body));
  return reply.data.conversation.id;
}

const text = (conversationId: number, content: string) => ({ conversationId, content, type: 'text', attachments: [] });

describe('delivery over two gateways and two instances of messages', () => {
  test('the first frame says who is connected', async () => {
    const [anna] = people(1) as [number];
    const socket = await system.connect(anna);
    expect(socket.frames[0]).toEqual({
      event: 'ready',
      data: {
        session_id: expect.any(String),
        user_id: anna,
        company_id: 1,
        server_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    });
  });

  test('a message reaches every device of every participant, on any gateway, the sender’s own included', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const sockets = await Promise.all([
      system.connect(anna, 0),
      system.connect(anna, 1),
      system.connect(boris, 0),
      system.connect(boris, 1),
    ]);
    const { message } = await sockets[0].ask('send_message', {
      ...text(conversationId, 'hello'),
      clientMessageId: 'a1',
    });
    expect(message).toMatchObject({
      conversation_id: conversationId,
      seq: 1,
      sender_id: anna,
      client_message_id: 'a1',
      type: 'text',
      content: 'hello',
      attachments: [],
      reply_to_id: null,
      reactions: [],
      edited_at: null,
      deleted_at: null,
      read_at: null,
    });
    for (const socket of sockets) {
      expect(await socket.next('new_message')).toEqual({ conversation_id: conversationId, message });
    }
  });

  test('messages pipelined on one socket are stored in the order sent and arrive in seq order without a gap', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const sender = await system.connect(anna, 0);
    const receiver = await system.connect(boris, 1);
    const replies = await Promise.all(
      Array.from({ length: 300 }, (_, index) => sender.ask('send_message', text(conversationId, String(index)))),
    );
    expect(replies.map((reply) => reply.message.seq)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    await until('all arrived', () => receiver.events('new_message').length === 300);
    expect(receiver.events('new_message').map((event) => event.message.content)).toEqual(
      Array.from({ length: 300 }, (_, index) => String(index)),
    );
  });

  test('many senders at once: every socket gets every message once, in seq order', async () => {
    const members = people(6);
    const owner = await system.rest(members[0] as number);
    const group = await owner('POST', '/conversations', {
      type: 'group',
      name: 'many',
      participantIds: members.slice(1),
    });
    const conversationId = group.data.conversation.id;
    const sockets = await Promise.all(members.map((user, index) => system.connect(user, index % 2)));
    await Promise.all(
      sockets.flatMap((socket, who) =>
        Array.from({ length: 40 }, (_, index) => socket.ask('send_message', text(conversationId, `${who}:${index}`))),
      ),
    );
    const expected = Array.from({ length: 240 }, (_, index) => index + 1);
    for (const socket of sockets) {
      await until('all arrived', () => socket.events('new_message').length >= 240);
      expect(socket.events('new_message').map((event) => event.message.seq)).toEqual(expected);
    }
  });

  test('a new conversation reaches connected sockets at once, and its messages follow', async () => {
    const [anna, boris, vera] = people(3) as [number, number, number];
    const sockets = await Promise.all([anna, boris, vera].map((user, index) => system.connect(user, index % 2)));
    const created = await (await system.rest(anna))('POST', '/conversations', {
      type: 'group',
      name: 'new',
      participantIds: [boris, vera],
      message: 'first',
    });
    expect(created.status).toBe(201);
    const id = created.data.conversation.id;
    for (const socket of sockets) {
      const { conversation } = await socket.next('conversation_created');
      expect(conversation).toMatchObject({ id, type: 'group', name: 'new', participants: [anna, boris, vera] });
      const { message } = await socket.next('new_message');
      expect(message).toMatchObject({ conversation_id: id, seq: 1, content: 'first' });
      const order = socket.frames.map((frame) => frame.event);
      expect(order.indexOf('conversation_created')).toBeLessThan(order.indexOf('new_message'));
    }
  });

  test('an added user joins live; a removed user is told and hears nothing more; the others see the change', async () => {
    const [anna, boris, vera] = people(3) as [number, number, number];
    const owner = await system.rest(anna);
    const { data } = await owner('POST', '/conversations', { type: 'group', name: 'g', participantIds: [boris] });
    const id = data.conversation.id;
    const [annaSocket, borisSocket, veraSocket] = await Promise.all([
      system.connect(anna, 0),
      system.connect(boris, 1),
      system.connect(vera, 1),
    ]);
    await annaSocket.ask('send_message', text(id, 'before'));
    expect((await veraSocket.call('typing', { conversationId: id, isTyping: true })).error?.code).toBe('forbidden');

    expect((await owner('POST', `/conversations/${id}/participants`, { participantIds: [vera] })).status).toBe(200);
    await veraSocket.next('conversation_created', (event) => event.conversation.id === id);
    await borisSocket.next('conversation_updated', (event) => event.conversation.participants.includes(vera));
    await veraSocket.ask('send_message', text(id, 'I am in'));
    await veraSocket.next('new_message', (event) => event.message.content === 'I am in');
    expect(veraSocket.events('new_message').map((event) => event.message.seq)).toEqual([2]);

    expect((await owner('DELETE', `/conversations/${id}/participants/${boris}`)).status).toBe(200);
    expect((await borisSocket.call('send_message', text(id, 'still here?'))).error?.code).toBe('forbidden');
    await borisSocket.next('conversation_removed', (event) => event.conversation_id === id);
    const heard = borisSocket.frames.length;
    const { message } = await annaSocket.ask('send_message', text(id, 'he is gone'));
    await veraSocket.next('new_message', (event) => event.message.id === message.id);
    // The message would have come before this answer, which travels on the same socket.
    await borisSocket.call('watch_presence', { userIds: [boris] });
    expect(borisSocket.frames.slice(heard).filter((frame) => frame.event === 'new_message')).toEqual([]);
    expect((await borisSocket.call('typing', { conversationId: id, isTyping: true })).error?.code).toBe('forbidden');
  });

  test('typing reaches the others on all their devices and none of the own', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const [first, second, other] = await Promise.all([
      system.connect(anna, 0),
      system.connect(anna, 0),
      system.connect(boris, 0),
    ]);
    await first.ask('typing', { conversationId, isTyping: true });
    expect(await other.next('user_typing')).toEqual({
      conversation_id: conversationId,
      user_id: anna,
      is_typing: true,
    });
    await first.ask('send_message', text(conversationId, 'done'));
    await Promise.all([first, second].map((socket) => socket.next('new_message')));
    expect([...first.events('user_typing'), ...second.events('user_typing')]).toEqual([]);
  });

  test('who is not a participant can neither type, mark as read, write, change nor react, and nobody hears of it', async () => {
    const [anna, boris, stranger] = people(3) as [number, number, number];
    const conversationId = await directBetween(anna, boris);
    const [annaSocket, strange] = await Promise.all([system.connect(anna, 0), system.connect(stranger, 1)]);
    const { message } = await annaSocket.ask('send_message', text(conversationId, 'private'));
    const heard = annaSocket.frames.length;
    const attempts: [string, object][] = [
      ['typing', { conversationId, isTyping: true }],
      ['read_messages', { conversationId, upToSeq: 1 }],
      ['read_messages', { conversationId, messageIds: [message.id] }],
      ['send_message', text(conversationId, 'let me in')],
      ['edit_message', { messageId: message.id, content: 'changed' }],
      ['delete_message', { messageId: message.id }],
      ['add_reaction', { messageId: message.id, emoji: '👍' }],
    ];
    for (const [event, data] of attempts) {
      expect([event, (await strange.call(event, data)).error?.code]).toEqual([event, 'forbidden']);
    }
    // The answer to this comes after everything that was published before it.
    const after = await annaSocket.ask('send_message', text(conversationId, 'after'));
    expect(after.message).toMatchObject({ seq: 2, read_at: null });
    await annaSocket.next('new_message', (event) => event.message.seq === 2);
    const events = annaSocket.frames.slice(heard).map((frame) => frame.event);
    expect(events.filter((event) => event !== undefined && event !== 'new_message')).toEqual([]);
  });

  test('a reading is announced once, with the time that the history has, also when it is asked for again', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const [annaSocket, borisSocket] = await Promise.all([system.connect(anna, 0), system.connect(boris, 1)]);
    await annaSocket.ask('send_message', text(conversationId, 'a'));
    const first = await borisSocket.ask('read_messages', { conversationId, upToSeq: 1 });
    expect(await borisSocket.ask('read_messages', { conversationId, upToSeq: 1 })).toEqual(first);
    await annaSocket.ask('send_message', text(conversationId, 'b'));
    await borisSocket.ask('read_messages', { conversationId, upToSeq: 2 });
    await annaSocket.next('messages_read', (event) => event.up_to_seq === 2);
    const { conversations } = await annaSocket.ask('sync', { conversations: [{ id: conversationId, afterSeq: 0 }] });
    const inHistory = conversations[0].messages.map((message: { read_at: string }) => message.read_at);
    const announced = annaSocket.events('messages_read');
    expect(announced.map(({ up_to_seq, read_at }) => [up_to_seq, read_at])).toEqual([
      [1, inHistory[0]],
      [2, inHistory[1]],
    ]);
    expect(first.read_at).toBe(inHistory[0]);
  });

  test('reading is told to every socket but the one that read, and markers only move forward', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const annaSocket = await system.connect(anna, 0);
    const [reading, idle] = await Promise.all([system.connect(boris, 0), system.connect(boris, 1)]);
    const sent = [];
    for (const content of ['a', 'b', 'c'])
      sent.push(await annaSocket.ask('send_message', text(conversationId, content)));
    const messageIds = [sent[1].message.id];
    expect(await reading.ask('read_messages', { conversationId, messageIds })).toEqual({
      up_to_seq: 2,
      read_at: expect.any(String),
      unread_count: 1,
    });
    for (const socket of [annaSocket, idle]) {
      expect(await socket.next('messages_read')).toEqual({
        conversation_id: conversationId,
        user_id: boris,
        message_ids: messageIds,
        up_to_seq: 2,
        read_at: expect.any(String),
      });
    }
    expect(await reading.ask('read_messages', { conversationId, upToSeq: 1 })).toEqual({
      up_to_seq: 2,
      read_at: expect.any(String),
      unread_count: 1,
    });
    expect(await reading.ask('read_messages', { conversationId, upToSeq: 1_000 })).toEqual({
      up_to_seq: 3,
      read_at: expect.any(String),
      unread_count: 0,
    });
    await idle.next('messages_read', (event) => event.up_to_seq === 3);
    expect(idle.events('messages_read')).toHaveLength(2);
    expect(reading.events('messages_read')).toEqual([]);
  });

  test('reading by answering is told to every socket but the one that answered, with the time that the history has', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const [annaSocket, answering, idle] = await Promise.all([
      system.connect(anna, 0),
      system.connect(boris, 0),
      system.connect(boris, 1),
    ]);
    await annaSocket.ask('send_message', text(conversationId, 'a'));
    await annaSocket.ask('send_message', text(conversationId, 'b'));
    await answering.ask('send_message', text(conversationId, 'an answer'));
    await answering.ask('send_message', text(conversationId, 'and more'));
    const { conversations } = await annaSocket.ask('sync', { conversations: [{ id: conversationId, afterSeq: 0 }] });
    const reading = {
      conversation_id: conversationId,
      user_id: boris,
      message_ids: [],
      up_to_seq: 2,
      read_at: conversations[0].messages[1].read_at,
    };
    for (const socket of [annaSocket, idle]) expect(await socket.next('messages_read')).toEqual(reading);
    // By REST no socket has answered.
    await (await system.rest(anna))('POST', `/conversations/${conversationId}/messages`, { content: 'by REST' });
    for (const socket of [annaSocket, answering, idle]) {
      expect(await socket.next('messages_read', (event) => event.user_id === anna)).toMatchObject({ up_to_seq: 4 });
    }
    expect(answering.events('messages_read')).toHaveLength(1);
    expect(annaSocket.events('messages_read')).toHaveLength(2);
  });

  test('an automatic reply reads nothing: the marker stays, and nobody is told of a reading until its sender answers', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const [annaSocket, borisSocket] = await Promise.all([system.connect(anna, 0), system.connect(boris, 1)]);
    await annaSocket.ask('send_message', { ...text(conversationId, 'are you there?'), mentions: [boris] });
    await borisSocket.ask('send_message', { ...text(conversationId, 'I am away'), marksRead: false });
    await annaSocket.ask('send_message', text(conversationId, 'later then'));
    const listed = async (user: number) => {
      const { data } = await (await system.rest(user))('GET', `/conversations/${conversationId}`);
      const { unread_count, mention_count, read_seq, head_seq } = data.conversation;
      return { unread_count, mention_count, read_seq, head_seq };
    };
    const readAt = async () => {
      const { data } = await (await system.rest(anna))('GET', `/conversations/${conversationId}/messages`);
      return data.messages.map((message: { read_at: string | null }) => message.read_at);
    };
    expect(await listed(boris)).toEqual({ unread_count: 2, mention_count: 1, read_seq: 0, head_seq: 3 });
    expect(await listed(anna)).toEqual({ unread_count: 0, mention_count: 0, read_seq: 3, head_seq: 3 });
    expect(await readAt()).toEqual([null, expect.any(String), null]);
    await borisSocket.ask('send_message', text(conversationId, 'back again'));
    expect(await annaSocket.next('messages_read')).toMatchObject({ user_id: boris, up_to_seq: 3 });
    expect(await listed(boris)).toEqual({ unread_count: 0, mention_count: 0, read_seq: 4, head_seq: 4 });
    expect(await readAt()).toEqual([null, expect.any(String), expect.any(String), expect.any(String)]);
    expect(annaSocket.events('messages_read')).toHaveLength(1);
  });

  test('mentions are shown as given, kept by edits, and refused for a user who is not a participant', async () => {
    const [anna, boris, stranger] = people(3) as [number, number, number];
    const conversationId = await directBetween(anna, boris);
    const [socket, other] = await Promise.all([system.connect(anna, 0), system.connect(boris, 1)]);
    const send = (mentions: unknown) => socket.call('send_message', { ...text(conversationId, 'look'), mentions });
    for (const mentions of [[boris, anna, boris], 'all', []]) {
      const { message } = (await send(mentions)).data as { message: { id: number; mentions: unknown } };
      expect(message.mentions).toEqual(mentions);
      const live = await other.next('new_message', (event) => event.message.id === message.id);
      expect(live.message).toEqual(message);
      const edited = await socket.ask('edit_message', { messageId: message.id, content: 'look here' });
      expect(edited.message).toMatchObject({ mentions, version: 2 });
      expect((await (await system.rest(boris))('GET', `/messages/${message.id}`)).data.message).toEqual({
        ...edited.message,
        read_at: null,
      });
    }
    expect((await send([boris, stranger])).error?.code).toBe('invalid');
    expect((await send('everybody')).error?.code).toBe('invalid');
    expect((await send([0])).error?.code).toBe('invalid');
    expect((await send(7)).error?.code).toBe('bad_request');
  });

  test('the version of a message grows with content, reactions and deletion, and with nothing else', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const [socket, other] = await Promise.all([system.connect(anna, 0), system.connect(boris, 1)]);
    const { message } = await socket.ask('send_message', text(conversationId, 'first'));
    const messageId = message.id;
    expect(message).toMatchObject({ version: 1, mentions: [], pinned_at: null });
    await other.ask('add_reaction', { messageId, emoji: '👍' });
    await other.ask('add_reaction', { messageId, emoji: '👍' });
    expect(await socket.next('reaction_changed')).toMatchObject({ message_id: messageId, version: 2 });
    await other.ask('read_messages', { conversationId, upToSeq: 1 });
    await socket.ask('edit_message', { messageId, content: 'first' });
    expect((await socket.ask('edit_message', { messageId, content: 'second' })).message.version).toBe(3);
    expect((await other.next('message_updated')).message.version).toBe(3);
    expect((await socket.ask('delete_message', { messageId })).message.version).toBe(4);
    expect((await other.next('message_deleted')).message.version).toBe(4);
  });

  test('any participant pins, the newest pin comes first, a pin is no edit, and a repetition is no event', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const [annaSocket, borisSocket] = await Promise.all([system.connect(anna, 0), system.connect(boris, 1)]);
    const his = await system.rest(boris);
    const ids: number[] = [];
    for (const content of ['a', 'b', 'c'])
      ids.push((await annaSocket.ask('send_message', text(conversationId, content))).message.id);
    const [first, second, third] = ids as [number, number, number];
    const { message } = await borisSocket.ask('pin_message', { messageId: second });
    expect(message).toMatchObject({ id: second, version: 2, pinned_at: expect.any(String), edited_at: null });
    expect(await borisSocket.ask('pin_message', { messageId: second })).toEqual({ message });
    expect((await his('PUT', `/messages/${first}/pin`)).data.message.pinned_at).toEqual(expect.any(String));
    await annaSocket.ask('pin_message', { messageId: third });
    const pins = async () =>
      (await his('GET', `/conversations/${conversationId}/pins`)).data.messages.map(({ id }: { id: number }) => id);
    expect(await pins()).toEqual([third, first, second]);
    expect((await his('DELETE', `/messages/${first}/pin`)).data.message).toMatchObject({ version: 3, pinned_at: null });
    await annaSocket.ask('delete_message', { messageId: third });
    expect(await pins()).toEqual([second]);
    expect((await his('PUT', `/messages/${third}/pin`)).status).toBe(409);
    await annaSocket.ask('unpin_message', { messageId: second });
    await annaSocket.ask('unpin_message', { messageId: second });
    expect(await pins()).toEqual([]);
    await borisSocket.ask('edit_message', { messageId: first, content: 'not mine' }).catch(() => undefined);
    const changes = () => borisSocket.events('message_updated').map((event) => event.message);
    await until('the pins are told', async () => changes().length >= 5);
    expect(changes().map(({ id, pinned_at }) => [id, pinned_at !== null])).toEqual([
      [second, true],
      [first, true],
      [third, true],
      [first, false],
      [second, false],
    ]);
    const [stranger] = people(1) as [number];
    const foreign = await system.rest(stranger);
    expect((await foreign('GET', `/conversations/${conversationId}/pins`)).status).toBe(403);
    expect((await foreign('PUT', `/messages/${second}/pin`)).status).toBe(403);
  });

  test('changed preferences reach the user’s sockets, with the version that the reply has', async () => {
    const [anna, boris] = people(2) as [number, number];
    const [phone, laptop, other] = await Promise.all([
      system.connect(anna, 0),
      system.connect(anna, 1),
      system.connect(boris, 0),
    ]);
    const put = await (await system.rest(anna))('PUT', '/notification-preferences', { pushAfterSeconds: 60 });
    const { preferences } = put.data;
    expect(preferences).toMatchObject({ push_after_seconds: 60, version: 1 });
    for (const socket of [phone, laptop]) expect(await socket.next('preferences_updated')).toEqual({ preferences });
    await other.ask('watch_presence', { userIds: [anna] });
    expect(other.events('preferences_updated')).toEqual([]);
  });

  test('a conversation takes 100 pins and no more, however many come at once', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const socket = await system.connect(anna, 0);
    const sent = await Promise.all(
      Array.from({ length: 104 }, (_, index) => socket.ask('send_message', text(conversationId, String(index)))),
    );
    // A busy machine refuses what would take too long.
    const pin = async (messageId: number): Promise<string | undefined> => {
      const code = (await socket.call('pin_message', { messageId })).error?.code;
      return code === 'unavailable' ? pin(messageId) : code;
    };
    const refusals = (await Promise.all(sent.map(({ message }) => pin(message.id)))).filter(
      (code) => code !== undefined,
    );
    expect(refusals).toEqual(Array.from({ length: 4 }, () => 'conflict'));
    const his = await system.rest(boris);
    const { data } = await his('GET', `/conversations/${conversationId}/pins`);
    expect(data.messages).toHaveLength(100);
    const times = data.messages.map(({ pinned_at }: { pinned_at: string }) => pinned_at);
    expect(times).toEqual(times.toSorted().reverse());
    expect(new Set(times).size).toBe(100);
  });

  test('the others are told how far a user’s devices have everything, never of what has a gap before it', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const annaSocket = await system.connect(anna, 0);
    const delivered = (upTo: number) => annaSocket.next('messages_delivered', (event) => event.up_to_seq === upTo);
    const first = await system.connect(boris, 1);
    await annaSocket.ask('send_message', text(conversationId, 'a'));
    expect(await delivered(1)).toEqual({
      conversation_id: conversationId,
      user_id: boris,
      up_to_seq: 1,
      delivered_at: expect.any(String),
    });
    await first.close();
    await annaSocket.ask('send_message', text(conversationId, 'missed'));
    const second = await system.connect(boris, 0);
    await annaSocket.ask('send_message', text(conversationId, 'c'));
    await second.next('new_message');
    await second.ask('sync', { conversations: [{ id: conversationId, afterSeq: 1 }] });
    await delivered(3);
    expect(annaSocket.events('messages_delivered').map((event) => event.up_to_seq)).toEqual([1, 3]);
    expect(second.events('messages_delivered').filter((event) => event.user_id === boris)).toEqual([]);
  });

  test('in a large group who writes is told of every other member up to the last message, one who came late included', async () => {
    const members = people(60);
    const [writer, late] = members as [number, number];
    const reply = await (await system.rest(writer))('POST', '/conversations', {
      type: 'group',
      name: 'large',
      participantIds: members.slice(2),
    });
    if (!reply.body.success) throw new Error(JSON.stringify(reply.body));
    const conversationId = reply.data.conversation.id;
    const [socket] = await Promise.all(members.map((user, index) => system.connect(user, index % 2)));
    if (!socket) throw new Error('nobody is connected');
    await socket.ask('send_message', text(conversationId, 'a'));
    const added = await (await system.rest(writer))('POST', `/conversations/${conversationId}/participants`, {
      participantIds: [late],
    });
    if (!added.body.success) throw new Error(JSON.stringify(added.body));
    for (const content of ['b', 'c']) await socket.ask('send_message', text(conversationId, content));
    const told = () => socket.events('messages_delivered');
    const others = members.slice(1).sort((a, b) => a - b);
    await until('all have everything', () => told().filter((event) => event.up_to_seq === 3).length >= others.length);
    const complete = told().filter((event) => event.up_to_seq === 3);
    expect(complete.map((event) => event.user_id).sort((a, b) => Number(a) - Number(b))).toEqual(others);
  });

  test('sync brings what was missed and says of what may not be seen only that', async () => {
    const [anna, boris, vera] = people(3) as [number, number, number];
    const conversationId = await directBetween(anna, boris);
    const hidden = await directBetween(anna, vera);
    const annaSocket = await system.connect(anna, 0);
    for (const content of ['a', 'b', 'c']) await annaSocket.ask('send_message', text(conversationId, content));
    const socket = await system.connect(boris, 1);
    const { conversations } = await socket.ask('sync', {
      conversations: [
        { id: conversationId, afterSeq: 1 },
        { id: hidden, afterSeq: 0 },
        { id: 999_999_999, afterSeq: 0 },
      ],
    });
    expect(conversations[0]).toMatchObject({ id: conversationId, has_more: false });
    expect(conversations[0].messages.map((message: { content: string }) => message.content)).toEqual(['b', 'c']);
    expect(conversations[1]).toEqual({ id: hidden, error: 'forbidden' });
    expect(conversations[2]).toEqual({ id: 999_999_999, error: 'forbidden' });
  });

  test('changes that one socket pipelines take effect in the order sent, and different things go side by side', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const socket = await system.connect(anna, 0);
    const other = await system.connect(boris, 1);
    for (let round = 0; round < 20; round += 1) {
      const { message } = await socket.ask('send_message', text(conversationId, 'draft'));
      const messageId = message.id;
      const asked: Promise<unknown>[] = [];
      for (let version = 1; version <= 5; version += 1) {
        asked.push(socket.ask('edit_message', { messageId, content: `version ${version}` }));
        const event = version % 2 ? 'add_reaction' : 'remove_reaction';
        if (version < 5) asked.push(socket.ask(event, { messageId, emoji: '👍' }));
        asked.push(socket.ask('typing', { conversationId, isTyping: version % 2 === 1 }));
      }
      asked.push(socket.ask('typing', { conversationId, isTyping: false }));
      await Promise.all(asked);
      const { messages } = (
        await other.ask('sync', { conversations: [{ id: conversationId, afterSeq: message.seq - 1 }] })
      ).conversations[0];
      expect(messages).toMatchObject([{ content: 'version 5', reactions: [] }]);
    }
    const last = await socket.ask('send_message', text(conversationId, 'last'));
    await other.next('new_message', (event) => event.message.id === last.message.id);
    expect(other.events('user_typing').at(-1)).toMatchObject({ is_typing: false });
    const edits = other.events('message_updated').map((event) => event.message.content);
    expect(edits).toEqual(Array.from({ length: 100 }, (_, index) => `version ${(index % 5) + 1}`));
  });
});
