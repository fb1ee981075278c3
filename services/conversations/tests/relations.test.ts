import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureStream, publishDurable } from '@vestnik/bus';
import {
  type ContractState,
  type Conversation,
  durableEvents,
  conversationsEndpoints as endpoints,
  type PartnerRule,
  streams,
} from '@vestnik/contracts';
import { until } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let events = 0;
let users = 0;
let companies = 0;

beforeAll(async () => {
  service = await prepareService();
  await ensureStream(service.bus, streams.companies);
  await service.start();
  await service.start();
});
afterAll(() => service.stop());

const nextId = () => `relations-${(events += 1)}`;

/** A company of its own for a test, with two people whom the service's copy knows. */
async function company(partners?: PartnerRule, policy: object = {}): Promise<[id: number, one: number, other: number]> {
  const company_id = (companies += 1);
  const [one, other] = [(users += 1), (users += 1)];
  await publishDurable(service.bus, durableEvents.companyChanged, nextId(), {
    company: { id: company_id, name: null, policy: { partners, ...policy }, version: 1 },
  });
  await publishDurable(service.bus, durableEvents.peopleChanged, nextId(), {
    people: [one, other].map((id) => ({ id, company_id, name: null, picture_url: null, version: 1 })),
  });
  await until('the copy knows people and policy', async () => {
    const rows = await service.sql('select from conversations.people where user_id = $1', [other]);
    const policies = await service.sql('select from conversations.companies where company_id = $1', [company_id]);
    return rows.length + policies.length === 2;
  });
  return [company_id, one, other];
}

async function contract(one: number, other: number, state: ContractState, version: number): Promise<void> {
  const company_ids: [number, number] = [Math.min(one, other), Math.max(one, other)];
  const terms = { direct: true, groups: true, invite: false };
  await publishDurable(service.bus, durableEvents.contractChanged, nextId(), {
    contract: { company_ids, state, proposed_by: one, terms, since: new Date().toISOString(), version },
  });
  const read = () =>
    service.sql('select from conversations.contracts where low_id = $1 and high_id = $2 and version = $3', [
      ...company_ids,
      version,
    ]);
  await until('the copy follows', async () => (await read()).length === 1);
}

const direct = (user_id: number, participant_id: number) =>
  service.bus.request(endpoints.createDirect, { user_id, participant_id });
const group = async (user_id: number, ...participant_ids: number[]) =>
  (await service.bus.request(endpoints.createGroup, { user_id, name: 'Tea', participant_ids })).conversation;
const add = async (user_id: number, { id }: Conversation, ...participant_ids: number[]) =>
  (await service.bus.request(endpoints.addParticipants, { user_id, conversation_id: id, participant_ids }))
    .conversation;
const refused = (reason: string) => ({ code: 'forbidden', reason });
const seen = async (userId: number, { id }: Conversation, change: (seen: Conversation | undefined) => boolean) => {
  let last: Conversation | undefined;
  await until('the copy follows', async () => change((last = await service.see(userId, id))));
  return last as Conversation;
};

test('a direct conversation across companies waits for the addressee, who sees who asks and nothing else', async () => {
  const [, anna] = await company('consent');
  const [, boris, vera] = await company();
  const { conversation } = await direct(anna, boris);
  expect(conversation).toMatchObject({ state: 'pending', participants: [anna, boris] });
  const invited = [{ user_id: boris, invited_by: anna }];
  expect(await service.see(boris, conversation.id)).toMatchObject({ state: 'pending', invited });
  expect(await service.see(vera, conversation.id)).toBeUndefined();
  const { users: rooms } = await service.bus.request(endpoints.listConversationsOfUsers, { user_ids: [anna, boris] });
  expect(rooms.map(({ conversation_ids }) => conversation_ids)).toEqual([[conversation.id], []]);

  const input = { user_id: boris, conversation_id: conversation.id };
  const accepted = (await service.bus.request(endpoints.acceptConversation, input)).conversation;
  expect(accepted).toMatchObject({ state: 'active', participants: [anna, boris], version: 2 });
  expect(accepted).not.toHaveProperty('invited');
  expect((await service.bus.request(endpoints.acceptConversation, input)).conversation).toEqual(accepted);
  await expect(service.bus.request(endpoints.acceptConversation, { ...input, user_id: vera })).rejects.toMatchObject({
    code: 'forbidden',
  });
  // Within one company no user is invited.
  expect((await direct(boris, vera)).conversation.state).toBe('active');
});

test('a user who declined is invited again after 30 days, and accepts by asking', async () => {
  const [, anna] = await company('consent');
  const [, boris] = await company();
  const { conversation } = await direct(anna, boris);
  const input = { user_id: boris, conversation_id: conversation.id };
  await service.bus.request(endpoints.declineConversation, input);
  expect((await direct(anna, boris)).conversation).toMatchObject({ state: 'declined', version: 2 });
  expect(await service.see(boris, conversation.id)).toBeUndefined();
  await service.sql(
    "update conversations.invitations set declined_at = now() - interval '31 days' where conversation_id = $1",
    [conversation.id],
  );
  expect((await direct(anna, boris)).conversation).toMatchObject({ state: 'pending', version: 3 });
  await service.bus.request(endpoints.declineConversation, input);
  expect((await direct(boris, anna)).conversation).toMatchObject({ state: 'active', participants: [anna, boris] });
});

test('a user of another company is invited into a group, unless both share an active conversation', async () => {
  const [company_id, anna, adam] = await company('consent');
  const [, boris, vera] = await company();
  const tea = await group(anna, adam, boris);
  expect(tea).toMatchObject({
    company_id,
    participants: [anna, adam],
    invited: [{ user_id: boris, invited_by: anna }],
  });
  expect(await service.see(boris, tea.id)).toMatchObject({ state: 'pending', participants: [anna, boris] });
  await service.bus.request(endpoints.acceptConversation, { user_id: boris, conversation_id: tea.id });
  expect((await service.see(anna, tea.id))?.participants).toEqual([anna, adam, boris]);

  const coffee = await group(anna, adam);
  expect((await add(anna, coffee, boris, vera)).invited).toEqual([{ user_id: vera, invited_by: anna }]);
  await service.bus.request(endpoints.declineConversation, { user_id: vera, conversation_id: coffee.id });
  expect((await service.see(anna, coffee.id))?.participants).toEqual([anna, adam, boris]);
  await expect(add(anna, coffee, vera)).rejects.toMatchObject(refused('pending'));
});

test('the rule contract refuses until both companies agreed, and a proposal opens nothing', async () => {
  const [own, anna] = await company('contract');
  const [other, boris] = await company();
  await expect(direct(boris, anna)).rejects.toMatchObject(refused('needs_contract'));
  await contract(own, other, 'proposed', 1);
  await expect(group(anna, boris)).rejects.toMatchObject(refused('needs_contract'));
  await contract(own, other, 'active', 2);
  expect((await direct(boris, anna)).conversation.state).toBe('active');
});

test('severing suspends direct conversations, takes people out of the groups of the other company', async () => {
  const [own, anna, adam] = await company();
  const [other, boris, bella] = await company();
  const [, clara] = await company();
  await contract(own, other, 'active', 1);
  const { conversation } = await direct(anna, boris);
  const [ours, theirs, third] = [
    await group(anna, adam, boris),
    await group(boris, bella, anna),
    await group(clara, anna, boris),
  ];
  await contract(own, other, 'severed', 2);
  expect(await seen(anna, conversation, (now) => now?.state === 'suspended')).toMatchObject({ version: 2 });
  expect((await seen(anna, ours, (now) => now?.version === 2)).participants).toEqual([anna, adam]);
  expect((await seen(boris, theirs, (now) => now?.version === 2)).participants).toEqual([boris, bella]);
  expect((await seen(clara, third, (now) => now?.version === 2)).participants).toEqual([clara]);
  await expect(direct(adam, bella)).rejects.toMatchObject(refused('severed'));
  await expect(add(anna, ours, boris)).rejects.toMatchObject(refused('severed'));
  await contract(own, other, 'active', 3);
  await seen(anna, conversation, (now) => now?.state === 'active');
  expect((await direct(adam, bella)).created).toBe(true);
});

test('a blocked person starts nothing with the blocker and adds the blocker to nothing', async () => {
  const [, anna, adam] = await company();
  const [, boris] = await company();
  const block = (is_active: boolean, version: number) =>
    publishDurable(service.bus, durableEvents.blockChanged, nextId(), {
      block: {
        id: 1,
        blocker_id: anna,
        blocker_company_id: null,
        blocked_id: boris,
        blocked_company_id: null,
        is_active,
        version,
      },
    });
  await block(true, 1);
  await until(
    'the copy follows',
    async () => (await service.sql('select from conversations.blocks where is_active')).length === 1,
  );
  await expect(direct(boris, anna)).rejects.toMatchObject(refused('blocked'));
  await expect(group(boris, adam, anna)).rejects.toMatchObject(refused('blocked'));
  expect((await direct(boris, adam)).conversation.state).toBe('active');
  await block(false, 2);
  await until(
    'the copy follows',
    async () => (await service.sql('select from conversations.blocks where is_active')).length === 0,
  );
  expect((await direct(boris, anna)).conversation.state).toBe('active');
});

test('a group belongs to its company: its people inherit it, its admins manage it, its policy says who adds outsiders', async () => {
  const [own, anna, adam] = await company(undefined, { external_invite: false });
  const [other, boris] = await company();
  const tea = await group(boris, anna);
  expect(tea.company_id).toBe(other);
  const ours = await group(anna, adam);
  await expect(add(anna, ours, boris)).rejects.toMatchObject(refused('policy'));
  const [open, olga, oleg] = await company(undefined, { external_invite: true });
  const shared = await group(olga, boris, oleg);
  expect((await add(oleg, shared, adam)).participants).toEqual([olga, boris, oleg, adam]);
  await expect(add(boris, shared, anna)).rejects.toMatchObject({ code: 'forbidden' });
  const leave = (user_id: number) =>
    service.bus.request(endpoints.removeParticipant, { user_id, conversation_id: shared.id, participant_id: user_id });
  expect((await leave(olga)).conversation).toMatchObject({ owner_id: oleg });
  const renamed = { conversation_id: shared.id, name: 'Ours', is_admin: true };
  const admin = { user_id: olga, company_id: open };
  expect((await service.bus.request(endpoints.renameConversation, { ...admin, ...renamed })).conversation.name).toBe(
    'Ours',
  );
  await expect(
    service.bus.request(endpoints.renameConversation, { user_id: anna, company_id: own, ...renamed }),
  ).rejects.toMatchObject({ code: 'forbidden' });
  expect((await leave(oleg)).conversation).toMatchObject({ owner_id: null, company_id: open });
});
