import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Conversation, conversationsEndpoints as endpoints } from '@vestnik/contracts';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

const OWNER = 1;
const MEMBER = 2;
const OTHER = 3;
const STRANGER = 9;

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await prepareService();
  await service.start();
  await service.start();
});
afterAll(() => service.stop());

const rename = (userId: number, id: number, name: string) =>
  service.bus.request(endpoints.renameConversation, { user_id: userId, conversation_id: id, name });
const add = (userId: number, id: number, ...people: number[]) =>
  service.bus.request(endpoints.addParticipants, { user_id: userId, conversation_id: id, participant_ids: people });
const remove = (userId: number, id: number, person: number) =>
  service.bus.request(endpoints.removeParticipant, { user_id: userId, conversation_id: id, participant_id: person });

/** The conversation without what every change changes. */
const lasting = ({ version: _version, updated_at: _updated_at, ...rest }: Conversation) => rest;

test('the creator owns a group and comes first; a user who is named twice is in it once', async () => {
  const group = await service.createGroup(OWNER, OTHER, OWNER, MEMBER, OTHER);
  expect(group).toMatchObject({ type: 'group', name: 'Tea', owner_id: OWNER, version: 1 });
  expect(group.participants).toEqual([OWNER, OTHER, MEMBER]);
  expect(await service.see(MEMBER, group.id)).toEqual(group);
});

test('a group has a name and at least one other person', async () => {
  await expect(service.createGroup(OWNER)).rejects.toMatchObject({ code: 'invalid' });
  await expect(service.createGroup(OWNER, OWNER)).rejects.toMatchObject({ code: 'invalid' });
  const nameless = { user_id: OWNER, name: '', participant_ids: [MEMBER] };
  await expect(service.bus.request(endpoints.createGroup, nameless)).rejects.toMatchObject({ code: 'invalid' });
});

test('a group of a thousand is created and read whole, in the order of joining; one more is refused', async () => {
  const others = Array.from({ length: 999 }, (_, index) => 5_000 - index);
  const group = await service.createGroup(OWNER, ...others);
  expect(group.participants).toEqual([OWNER, ...others]);
  expect(await service.see(4_500, group.id)).toEqual(group);
  await expect(add(OWNER, group.id, STRANGER)).rejects.toMatchObject({ code: 'invalid' });
  expect(await service.see(4_500, group.id)).toEqual(group);
});

test('the group limit is a setting and holds against concurrent additions too', async () => {
  const small = await prepareService();
  try {
    await small.start({ LIMIT_GROUP_SIZE: '5' });
    await small.start({ LIMIT_GROUP_SIZE: '5' });
    await expect(small.createGroup(1, 2, 3, 4, 5, 6)).rejects.toMatchObject({ code: 'invalid' });
    const { id } = await small.createGroup(1, 2);
    const additions = await Promise.allSettled(
      [11, 12, 13, 14, 15, 16, 17, 18].map((person) =>
        small.bus.request(endpoints.addParticipants, { user_id: 1, conversation_id: id, participant_ids: [person] }),
      ),
    );
    const refused = additions.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.code] : []));
    expect(refused).toEqual(['invalid', 'invalid', 'invalid', 'invalid', 'invalid']);
    expect((await small.see(1, id))?.participants).toHaveLength(5);
  } finally {
    await small.stop();
  }
});

test('rename, add, remove: the owner may, a member may not', async () => {
  const group = await service.createGroup(OWNER, MEMBER, OTHER);
  await expect(rename(MEMBER, group.id, 'Mine')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(add(MEMBER, group.id, 4)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(remove(MEMBER, group.id, OTHER)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await service.see(OWNER, group.id)).toEqual(group);

  const renamed = (await rename(OWNER, group.id, 'Coffee')).conversation;
  expect(lasting(renamed)).toEqual({ ...lasting(group), name: 'Coffee' });
  const grown = (await add(OWNER, group.id, 5, 4)).conversation;
  expect(lasting(grown)).toEqual({ ...lasting(renamed), participants: [OWNER, MEMBER, OTHER, 5, 4] });
  const shrunk = (await remove(OWNER, group.id, MEMBER)).conversation;
  expect(lasting(shrunk)).toEqual({ ...lasting(grown), participants: [OWNER, OTHER, 5, 4] });
  expect([renamed.version, grown.version, shrunk.version]).toEqual([2, 3, 4]);
  expect(await service.see(OWNER, group.id)).toEqual(shrunk);
});

test('a user outside gets the same refusal, whether or not the conversation exists', async () => {
  const { id } = await service.createGroup(OWNER, MEMBER);
  const asked = (conversationId: number) => [
    rename(STRANGER, conversationId, 'Mine'),
    add(STRANGER, conversationId, STRANGER),
    remove(STRANGER, conversationId, STRANGER),
    remove(STRANGER, conversationId, MEMBER),
  ];
  const told = (answers: PromiseSettledResult<unknown>[]) =>
    answers.map((answer) => answer.status === 'rejected' && `${answer.reason.code}: ${answer.reason.message}`);
  const existing = told(await Promise.allSettled(asked(id)));
  expect(existing).toEqual(existing.map(() => expect.stringMatching(/^forbidden: /)));
  expect(told(await Promise.allSettled(asked(9_999_999)))).toEqual(existing);
});

test('a removed user is a stranger, and comes back last', async () => {
  const { id } = await service.createGroup(OWNER, MEMBER, OTHER);
  await remove(OWNER, id, MEMBER);
  expect(await service.see(MEMBER, id)).toBeUndefined();
  expect((await add(OWNER, id, MEMBER)).conversation.participants).toEqual([OWNER, OTHER, MEMBER]);
});

test('removing a user who is not in the group is not_found', async () => {
  const { id } = await service.createGroup(OWNER, MEMBER);
  await expect(remove(OWNER, id, STRANGER)).rejects.toMatchObject({ code: 'not_found' });
});

test('adding a participant again and renaming to the same name change nothing', async () => {
  const group = await service.createGroup(OWNER, MEMBER);
  expect(await add(OWNER, group.id, MEMBER, OWNER, MEMBER)).toEqual({ conversation: group });
  expect(await rename(OWNER, group.id, 'Tea')).toEqual({ conversation: group });
});

test('the oldest participant inherits, and the last one leaves an empty conversation', async () => {
  const { id } = await service.createGroup(OWNER, OTHER, MEMBER);
  expect((await remove(MEMBER, id, MEMBER)).conversation.owner_id).toBe(OWNER);
  await add(OWNER, id, MEMBER);
  expect((await remove(OWNER, id, OWNER)).conversation).toMatchObject({
    owner_id: OTHER,
    participants: [OTHER, MEMBER],
  });
  expect((await remove(OTHER, id, OTHER)).conversation).toMatchObject({ owner_id: MEMBER, participants: [MEMBER] });
  expect((await remove(MEMBER, id, MEMBER)).conversation).toMatchObject({ owner_id: null, participants: [] });
  expect(await service.see(MEMBER, id)).toBeUndefined();
});

test('a user who joins after others have left stands last, and inherits last', async () => {
  const { id } = await service.createGroup(1, 2, 3, 4, 5);
  for (const person of [2, 3, 4]) await remove(1, id, person);
  expect((await add(1, id, 6)).conversation.participants).toEqual([1, 5, 6]);
  expect((await service.see(1, id))?.participants).toEqual([1, 5, 6]);
  expect((await remove(1, id, 1)).conversation).toMatchObject({ owner_id: 5, participants: [5, 6] });
});

test('concurrent changes by two instances all count: versions without a gap, no participant lost', async () => {
  const { id } = await service.createGroup(OWNER, MEMBER);
  const people = Array.from({ length: 30 }, (_, index) => 100 + index);
  const answers: Awaited<ReturnType<typeof add>>[] = [];
  // As many at once as two instances have connections for: more would wait for one, and be refused on a slow machine.
  for (let from = 0; from < people.length; from += 10) {
    answers.push(...(await Promise.all(people.slice(from, from + 10).map((person) => add(OWNER, id, person)))));
  }
  const versions = answers.map(({ conversation }) => conversation.version);
  expect(versions.sort((a, b) => a - b)).toEqual(people.map((_, index) => index + 2));
  const conversation = await service.see(OWNER, id);
  expect([...(conversation?.participants ?? [])].sort((a, b) => a - b)).toEqual([OWNER, MEMBER, ...people]);
  const inOrder = answers.sort((a, b) => a.conversation.version - b.conversation.version);
  expect(inOrder.at(-1)?.conversation).toEqual(conversation);
});

test('a participant who had left and came back is named with the version of the return, and nobody else is', async () => {
  const group = await service.createGroup(OWNER, MEMBER);
  await add(OWNER, group.id, OTHER);
  expect((await service.see(OWNER, group.id))?.returned).toBeUndefined();
  await remove(OWNER, group.id, MEMBER);
  await add(OWNER, group.id, MEMBER, STRANGER);
  await rename(OWNER, group.id, 'later');
  const returned = [{ user_id: MEMBER, version: 4 }];
  expect(await service.see(OWNER, group.id)).toMatchObject({ version: 5, returned });
  const { conversations } = await service.bus.request(endpoints.copyConversations, { conversation_ids: [group.id] });
  expect(conversations).toMatchObject([{ returned }]);
  await remove(OWNER, group.id, MEMBER);
  expect((await service.see(OWNER, group.id))?.returned).toBeUndefined();
});
