import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeLive, liveSubjects, type Message, messagesEndpoints, type Reaction } from '@vestnik/contracts';
import { startTcpProxy, type TcpProxy } from '@vestnik/testing';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

/** How much later what the second instance publishes arrives, in milliseconds: longer than a change takes. */
const LATER_MS = 40;
/** Changes follow each other by this much, in milliseconds, so that some are made while news of others is on its way. */
const APART_MS = 8;
const ROUNDS = 8;

let service: ServiceUnderTest;
let proxy: TcpProxy;
beforeAll(async () => {
  service = await startServiceUnderTest();
  proxy = await startTcpProxy(service.servers.natsUrls.messages);
  await service.startInstance(proxy.url);
  proxy.slow(LATER_MS);
});
afterAll(async () => {
  proxy.mend();
  await service.stop();
  await proxy.stop();
});

/** Keeps the data of the live events on these subjects, in the order in which they come. */
function listen<Data>(subjects: string[]): { heard: Data[]; stop(): void } {
  const heard: Data[] = [];
  const stops = subjects.map((subject) =>
    service.bus.subscribe(subject, (payload, heardOn) => {
      for (const frame of decodeLive(payload, heardOn).frames)
        heard.push(JSON.parse(Buffer.from(frame).toString()).data);
    }),
  );
  return { heard, stop: () => stops.forEach((stop) => stop()) };
}

async function stored(userId: number, conversationId: number): Promise<Message | undefined> {
  const page = { user_id: userId, conversation_id: conversationId, limit: 1 };
  return (await service.history(page)).messages[0];
}

describe('changes of one message by two instances at once', () => {
  test('the last that is told of a message is how it is: what was deleted does not come back', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await service.conversation([1, 2]);
      const message = await service.say(1, id, 'first');
      const { heard, stop } = listen<{ message: Message }>([
        liveSubjects.messageUpdated(id),
        liveSubjects.messageDeleted(id),
      ]);
      const own = { user_id: 1, message_id: message.id };
      const edit = (count: number) =>
        service.bus.request(messagesEndpoints.editMessage, { ...own, content: `edit ${count}` }).catch(() => undefined);
      const changes = [];
      for (let count = 1; count <= 12; count += 1) {
        changes.push(edit(count));
        await delay(APART_MS);
      }
      await Promise.all([...changes, service.bus.request(messagesEndpoints.deleteMessage, own)]);
      await service.published();
      stop();
      expect(heard.at(-1)?.message).toEqual(await stored(2, id));
      expect(heard.at(-1)?.message).toMatchObject({ content: null, deleted_at: expect.any(String) });
    }
  });

  test('the last reactions that are told of a message are those that it has', async () => {
    const users = Array.from({ length: 12 }, (_, index) => index + 1);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await service.conversation(users);
      const message = await service.say(1, id, 'first');
      const { heard, stop } = listen<{ reactions: Reaction[] }>([liveSubjects.reactionChanged(id)]);
      const changes = [];
      for (const user of users) {
        // The last one comes when all others are made, and not yet told by the second instance.
        if (user === users.length) await delay(LATER_MS);
        const reaction = { user_id: user, message_id: message.id, emoji: '👍', present: true };
        changes.push(service.bus.request(messagesEndpoints.setReaction, reaction));
        await delay(APART_MS);
      }
      await Promise.all(changes);
      await service.published();
      stop();
      expect(heard.at(-1)?.reactions).toEqual((await stored(2, id))?.reactions);
    }
  });
});

describe('what was deleted', () => {
  test('is not edited by a request that waited while it was deleted', async () => {
    const { id } = await service.conversation([1, 2]);
    const message = await service.say(1, id, 'first');
    const edit = service.overtake(
      'select from messages.messages where id = $1 for update',
      [message.id],
      () =>
        service.bus.request(messagesEndpoints.editMessage, { user_id: 1, message_id: message.id, content: 'edited' }),
      ['update messages.messages set content = null, attachments = null, deleted_at = now() where id = $1'],
    );
    await expect(edit).rejects.toMatchObject({ code: 'conflict' });
    expect(await stored(2, id)).toMatchObject({ content: null, edited_at: null });
  });

  test('takes no reaction more, and those that it has can be taken back', async () => {
    const { id } = await service.conversation([1, 2]);
    const { id: message_id } = await service.say(1, id, 'first');
    const react = (emoji: string, present: boolean) =>
      service.bus.request(messagesEndpoints.setReaction, { user_id: 2, message_id, emoji, present });
    await react('👍', true);
    await service.bus.request(messagesEndpoints.deleteMessage, { user_id: 1, message_id });
    await expect(react('🎉', true)).rejects.toMatchObject({ code: 'conflict' });
    expect((await stored(1, id))?.reactions).toEqual([{ emoji: '👍', user_ids: [2] }]);
    expect(await react('👍', false)).toEqual({ message_id, reactions: [] });
  });

  test('is deleted again without a word', async () => {
    const { id } = await service.conversation([1, 2]);
    const own = { user_id: 1, message_id: (await service.say(1, id, 'first')).id };
    const { heard, stop } = listen<{ message: Message }>([liveSubjects.messageDeleted(id)]);
    const { message } = await service.bus.request(messagesEndpoints.deleteMessage, own);
    expect(await service.bus.request(messagesEndpoints.deleteMessage, own)).toEqual({ message });
    await service.published();
    stop();
    expect(heard).toEqual([{ conversation_id: id, message }]);
  });
});

describe('a message that many users change at once', () => {
  test('is announced a few times, and as it is in the end', async () => {
    const users = Array.from({ length: 20 }, (_, index) => index + 1);
    const { id } = await service.conversation(users);
    const message = await service.say(1, id, 'hot');
    const { heard, stop } = listen<{ reactions: Reaction[] }>([liveSubjects.reactionChanged(id)]);
    for (const emoji of ['👍', '🎉', '❤️', '😂', '😮']) {
      await Promise.all(
        users.map((user_id) =>
          service.bus.request(messagesEndpoints.setReaction, { user_id, message_id: message.id, emoji, present: true }),
        ),
      );
    }
    await service.published();
    stop();
    expect(heard.at(-1)?.reactions).toEqual((await stored(2, id))?.reactions);
    expect(heard.length).toBeLessThan(100);
  });

  test('keeps no user from changing and reading other messages', async () => {
    const users = Array.from({ length: 20 }, (_, index) => index + 1);
    const [hot, other] = [await service.conversation(users), await service.conversation([50, 51])];
    const message = await service.say(1, hot.id, 'hot');
    const react = async (user_id: number) => {
      const reaction = { user_id, message_id: message.id, emoji: '👍', present: true };
      return service.bus.request(messagesEndpoints.setReaction, reaction, { timeoutMs: 10_000 });
    };
    let reactions: Promise<unknown> | undefined;
    const elsewhere: unknown[] = [];
    await service.whileHeld(message.id, async () => {
      reactions = Promise.allSettled(users.map(react));
      for (let round = 0; round < 10; round += 1) {
        const { id: message_id } = await service.say(50, other.id, `round ${round}`);
        const edit = { user_id: 50, message_id, content: `edited ${round}` };
        await service.bus.request(messagesEndpoints.editMessage, edit);
        elsewhere.push((await stored(51, other.id))?.content);
      }
    });
    expect(elsewhere).toEqual(Array.from({ length: 10 }, (_, round) => `edited ${round}`));
    await reactions;
  });
});
