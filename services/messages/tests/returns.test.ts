import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Conversation, messagesEndpoints } from '@vestnik/contracts';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

const ANNA = 1;
const BORIS = 2;

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.stop());

const apply = (conversation: Conversation) =>
  service.bus.request(messagesEndpoints.applyConversation, { conversation });

const memberOf = async (conversationId: number, userId: number) => {
  const [member] = await service.sql<{ read_seq: string; joined_seq: string; hidden_seq: string }>(
    'select read_seq, joined_seq, hidden_seq from messages.members where conversation_id = $1 and user_id = $2',
    [conversationId, userId],
  );
  return member && [member.read_seq, member.joined_seq, member.hidden_seq].map(Number);
};

test('a leave and a return that come in the other order leave the marker of the return', async () => {
  const first = await service.conversation([ANNA, BORIS]);
  await service.say(BORIS, first.id, 'before');
  await service.say(ANNA, first.id, 'meanwhile');
  const left = { ...first, version: 2, participants: [ANNA] };
  const back = { ...first, version: 3, history_from_join: [BORIS], returned: [{ user_id: BORIS, version: 3 }] };
  await apply(back);
  expect(await memberOf(first.id, BORIS)).toEqual([2, 2, 2]);
  expect(await service.unread(BORIS)).toBe(0);
  await apply(left);
  expect(await memberOf(first.id, BORIS)).toEqual([2, 2, 2]);
});

test('a return that the copy knows of already moves no marker', async () => {
  const first = await service.conversation([ANNA, BORIS]);
  await service.say(ANNA, first.id, 'unread');
  const returned = [{ user_id: BORIS, version: 3 }];
  await apply({ ...first, version: 2, participants: [ANNA] });
  await apply({ ...first, version: 3, returned });
  await service.say(ANNA, first.id, 'behind the return');
  await apply({ ...first, version: 4, name: 'renamed', returned });
  expect(await memberOf(first.id, BORIS)).toEqual([1, 1, 0]);
});
