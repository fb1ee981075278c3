import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { firstCharacters, isVisible } from '@vestnik/contracts';
import { type RestReply, type System, startSystem, type TestClient } from '@vestnik/testing';
import fc from 'fast-check';

const [anna, boris] = [1, 2] as [number, number];
let system: System;
let call: (method: string, path: string, body?: unknown) => Promise<RestReply>;
let sender: TestClient;
let receiver: TestClient;
let conversationId = 0;
beforeAll(async () => {
  system = await startSystem({ settings: { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_FRAMES_PER_SECOND: '0' } });
  call = await system.rest(anna);
  const group = { type: 'group', name: 'text', participantIds: [boris] };
  conversationId = (await call('POST', '/conversations', group)).data.conversation.id;
  [sender, receiver] = await Promise.all([system.connect(anna), system.connect(boris)]);
});
afterAll(() => system.stop());

/** Texts that software easily changes: it normalises, trims, cuts or escapes them, or takes them for something else. */
const texts: [string, string][] = [
  ['families, flags and skin tones', '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 👍🏿 🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  ['right to left, with marks that turn it', 'שלום עולם \u202Eabc\u202C \u2067مرحبا\u2069'],
  ['combined and precomposed letters, each as they are', 'e\u0301 \u00e9 \u1e9b\u0323 \ufb01 \u2126 \u03a9'],
  ['a letter under many marks', `Z${'\u0301\u0316\u0337'.repeat(100)}`],
  ['what has no width, around a letter', 'x\u200b\u200c\u200d\u2060\ufeff\u00ad'],
  ['white space before, behind and alone', ' \t\u00a0\u3000 x \r\n\n '],
  ['control characters', '\u0001\u0007\b\u001b[31m\u007f\u0085'],
  ['lines in all ways', 'a\nb\r\nc\rd\u2028e\u2029f'],
  [
    'what other formats would take for theirs',
    `'"\\ \\u0000 \\n %00 $1 {{x}} <script>&amp; '); drop table messages; --`,
  ],
  ['what belongs to no character', '\ufffd\ufffe\uffff\u{10ffff}\ue000'],
  ['as long as may be', `${'𝕏'.repeat(9_999)}Y`],
];

/** The data of the event that the receiver gets of one message. */
const told = (event: string, id: number) => receiver.next(event, (data) => data.message.id === id);

describe('text comes back as it was sent', () => {
  test.each(texts)('in every place where a message is shown: %s', async (_, content) => {
    const clientMessageId = content.slice(0, 20).toWellFormed();
    const attachment = {
      url: `https://x/${content.slice(0, 30).toWellFormed()}`,
      name: content.slice(0, 500),
      mime_type: content.slice(0, 50),
      size: 1,
    };
    const { message } = await sender.ask('send_message', {
      conversationId,
      content,
      clientMessageId,
      attachments: [attachment],
    });
    const expected = { content, client_message_id: clientMessageId, attachments: [attachment] };
    expect(message).toMatchObject(expected);
    expect((await told('new_message', message.id)).message).toEqual(message);
    const history = await call('GET', `/conversations/${conversationId}/messages?limit=1`);
    expect(history.data.messages).toEqual([message]);
    const synced = await receiver.ask('sync', { conversations: [{ id: conversationId, afterSeq: message.seq - 1 }] });
    expect(synced.conversations[0].messages).toEqual([message]);
    const [listed] = (await call('GET', '/conversations?limit=1')).data.conversations;
    expect(listed.last_message_content).toBe(firstCharacters(content, 200, 2_000));

    const posted = await call('POST', `/conversations/${conversationId}/messages`, { content });
    expect(posted.data.message.content).toBe(content);
    expect((await told('new_message', posted.data.message.id)).message.content).toBe(content);
    const changed = Array.from(content).toReversed().join('');
    expect((await sender.ask('edit_message', { messageId: message.id, content: changed })).message.content).toBe(
      changed,
    );
    expect((await told('message_updated', message.id)).message.content).toBe(changed);
  });

  test('in names of groups and in reactions, each emoji for itself', async () => {
    const { message } = await sender.ask('send_message', { conversationId, content: 'react' });
    const emojis = ['👍', '👍🏿', '❤️', '❤️‍🔥', '🇩🇪', '1️⃣', '👩‍👩‍👧‍👦'];
    for (const emoji of emojis) await sender.ask('add_reaction', { messageId: message.id, emoji });
    const history = await call('GET', `/conversations/${conversationId}/messages?limit=1`);
    const shown = history.data.messages[0].reactions.map((reaction: { emoji: string }) => reaction.emoji);
    expect(shown.toSorted()).toEqual(emojis.toSorted());
    for (const [, text] of texts.slice(0, -1)) {
      const name = `${Array.from(text).slice(0, 150).join('')}.`;
      const renamed = await call('PATCH', `/conversations/${conversationId}`, { name });
      expect(renamed.data.conversation.name).toBe(name);
      await receiver.next('conversation_updated', (data) => data.conversation.name === name);
    }
  });

  test('whatever it is, or it is refused with `invalid` when it cannot be kept', async () => {
    const storable = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 60 })
      .filter((text) => !text.includes('\0') && isVisible(text));
    await fc.assert(
      fc.asyncProperty(storable, async (content) => {
        const { message } = await sender.ask('send_message', { conversationId, content });
        expect((await told('new_message', message.id)).message.content).toBe(content);
      }),
      { numRuns: 40 },
    );
    const broken = ['a\0b', '\ud800', 'x\udc00', '\udc00\ud800', '👍\ud83d'];
    for (const content of broken) {
      expect((await sender.call('send_message', { conversationId, content })).error?.code).toBe('invalid');
      expect((await call('POST', `/conversations/${conversationId}/messages`, { content })).status).toBe(422);
      expect((await call('PATCH', `/conversations/${conversationId}`, { name: content })).status).toBe(422);
    }
  });
});

describe('numbers and bytes of a frame', () => {
  test.each(['1e400', '-1e400', '9007199254740993', 'null', '{}', 'true'])(
    'an id that would come back as another is refused: %s',
    async (id) => {
      const client = await system.connect(anna);
      client.send(`{"id":${id},"event":"watch_presence","data":{"userIds":[1]}}`);
      expect(await client.next('error')).toEqual({ code: 'bad_request', message: expect.stringContaining('id') });
      expect(client.frames.filter((frame) => 'id' in frame)).toEqual([]);
      await client.close();
    },
  );

  test.each([
    ['a byte that begins nothing', [0xff]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['half a character', [0xf0, 0x9f, 0x91]],
  ])('a frame that is no UTF-8 closes the socket and is not looked at: %s', async (_, bytes) => {
    const client = await system.connect(anna);
    const newest = async () =>
      (await call('GET', `/conversations/${conversationId}/messages?limit=1`)).data.messages[0].id;
    const newestBefore = await newest();
    const [before = '', after = ''] = JSON.stringify({
      event: 'send_message',
      data: { conversationId, content: '|' },
    }).split('|');
    const frame = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
    client.socket.send(frame, { binary: false });
    expect([4400, 1007, 1006]).toContain(await client.closed);
    expect(await newest()).toBe(newestBefore);
  });
});
