import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { messagesEndpoints } from '@vestnik/contracts';
import fc from 'fast-check';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

const SENDER = 1;

let service: ServiceUnderTest;
let conversation_id = 0;
beforeAll(async () => {
  service = await startServiceUnderTest();
  conversation_id = (await service.conversation([SENDER, 2])).id;
});
afterAll(() => service.stop());

/** The text of each message, nothing for one without an answer. */
async function textsOf(message_ids: number[], length: number): Promise<(string | undefined)[]> {
  const { excerpts } = await service.bus.request(messagesEndpoints.excerptMessages, { message_ids, length });
  const texts = new Map(excerpts.map(({ message_id, text }) => [message_id, text]));
  return message_ids.map((id) => texts.get(id));
}

test('an excerpt is the first code points of a message and splits none', async () => {
  // Postgres keeps no NUL in a text, so no door lets one in.
  const content = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).filter((value) => !value.includes('\0'));
  const contents = [`${'a'.repeat(99)}😀😀`, ...fc.sample(content, 200)];
  const results = await service.send(
    ...contents.map((text) => ({ sender_id: SENDER, conversation_id, content: text })),
  );
  const ids = results.map((result) => ('message' in result ? result.message.id : 0));
  expect(await textsOf(ids, 100)).toEqual(contents.map((text) => [...text].slice(0, 100).join('')));
});

test('there is an empty one of a message without text, and none of a deleted or unknown one', async () => {
  const attachments = [{ url: 'https://files.example/1', name: '1.jpg', mime_type: 'image/jpeg', size: 1 }];
  const [file] = await service.send({ sender_id: SENDER, conversation_id, type: 'file', content: null, attachments });
  const { id: deleted } = await service.say(SENDER, conversation_id, 'never mind');
  await service.bus.request(messagesEndpoints.deleteMessage, { user_id: SENDER, message_id: deleted });
  const id = file && 'message' in file ? file.message.id : 0;
  expect(await textsOf([id, deleted, 999_999_999], 100)).toEqual(['', undefined, undefined]);
});

test('as many as may be named come in one answer, whatever their characters take', async () => {
  // Six bytes for each character in JSON.
  const content = '\u0001'.repeat(10_000);
  const sends = Array.from({ length: 1_000 }, () => ({ sender_id: SENDER, conversation_id, content }));
  const ids: number[] = [];
  while (sends.length > 0) {
    const results = await service.send(...sends.splice(0, 50));
    ids.push(...results.map((result) => ('message' in result ? result.message.id : 0)));
  }
  expect(await textsOf(ids, 200)).toEqual(ids.map(() => content.slice(0, 200)));
});
