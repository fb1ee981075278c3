import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signToken } from '@vestnik/auth';
import { type Bus, publishDurable } from '@vestnik/bus';
import { type ContractState, conversationsEndpoints, durableEvents, type PartnerRule } from '@vestnik/contracts';
import {
  connectTestBus,
  createTestClient,
  type Frame,
  restClient,
  SECRET,
  type System,
  startSystem,
  until,
} from '@vestnik/testing';

let system: System;
let bus: Bus;
let events = 0;
let users = 1_000;
let companies = 1_000;

beforeAll(async () => {
  system = await startSystem({ instances: { gateway: 2, messages: 2 } });
  bus = await connectTestBus(system.servers.natsUrl);
});
afterAll(async () => {
  await bus?.close();
  await system.stop();
});

const id = () => `partings-${(events += 1)}`;

/** A person of a company who has shown a token, on one of the two gateways. */
interface Person {
  userId: number;
  call: ReturnType<typeof restClient>;
  client: Awaited<ReturnType<typeof createTestClient>>;
}

async function person(companyId: number, gateway: number, companyRole?: 'admin'): Promise<Person> {
  const userId = (users += 1);
  const token = signToken(SECRET, { id: userId, companyId, companyRole }, 3_600);
  const client = await createTestClient(system.socketUrl(gateway), token);
  await untilKnown(userId);
  return { userId, call: restClient(system.restUrl(gateway), token), client };
}

/** Waits until conversations knows the company of a person. Groups that nobody else comes into are its sign. */
async function untilKnown(userId: number): Promise<void> {
  const input = { user_id: userId, participant_ids: [userId + 1_000_000], name: 'alone' };
  await until('the copy of conversations knows the person', async () => {
    const { conversation } = await bus.request(conversationsEndpoints.createGroup, input);
    return conversation.company_id !== null;
  });
}

async function policy(companyId: number, partners: PartnerRule): Promise<void> {
  const company = { id: companyId, name: null, policy: { partners }, version: 1_000 };
  await publishDurable(bus, durableEvents.companyChanged, id(), { company });
}

async function contract(one: number, other: number, state: ContractState, version: number): Promise<void> {
  const company_ids: [number, number] = [Math.min(one, other), Math.max(one, other)];
  const terms = { direct: true, groups: true, invite: false };
  const since = new Date().toISOString();
  await publishDurable(bus, durableEvents.contractChanged, id(), {
    contract: { company_ids, state, proposed_by: one, terms, since, version },
  });
}

const send = (from: Person, conversationId: number, content: string): Promise<Frame> =>
  from.client.call('send_message', { conversationId, content });
const textsTo = ({ client }: Person) => client.events('new_message').map(({ message }) => message.content);

test('a request for a conversation shows who asks without the text, and the text comes with the acceptance', async () => {
  const [ours, theirs] = [(companies += 1), (companies += 1)];
  await policy(ours, 'consent');
  const [anna, boris] = [await person(ours, 0), await person(theirs, 1)];
  await until('the rule holds for strangers', async () => {
    const { data } = await anna.call('POST', '/conversations', { participantId: (users += 1) });
    return data.conversation.state === 'pending';
  });
  const creation = { participantId: boris.userId, message: 'let us talk' };
  const { conversation } = (await anna.call('POST', '/conversations', creation)).data;
  const shown = await boris.client.next(
    'conversation_created',
    ({ conversation: { id: shownId } }) => shownId === conversation.id,
  );
  expect(shown.conversation).toMatchObject({
    id: conversation.id,
    state: 'pending',
    participants: [anna.userId, boris.userId],
  });
  const asking = (await boris.call('GET', `/people?ids=${anna.userId}`)).data.people;
  expect(asking).toMatchObject([{ id: anna.userId, company_id: ours }]);
  // The asking user learns nothing of the other side before that accepts.
  expect((await anna.call('GET', `/people?ids=${boris.userId}`)).data.people).toEqual([]);
  const [listed] = (await boris.call('GET', '/conversations')).data.conversations;
  expect(listed).toMatchObject({ id: conversation.id, state: 'pending', last_message_content: null, unread_count: 0 });
  expect((await boris.call('GET', `/conversations/${conversation.id}/messages`)).status).toBe(403);
  expect((await send(anna, conversation.id, 'once more')).error).toMatchObject({
    code: 'forbidden',
    reason: 'pending',
  });
  expect((await boris.call('GET', `/presence?user_ids=${anna.userId}`)).data.statuses).toMatchObject([
    { is_online: false },
  ]);

  const accepted = await boris.call('POST', `/conversations/${conversation.id}/accept`);
  expect(accepted.data.conversation).toMatchObject({ state: 'active', unread_count: 1 });
  expect((await boris.client.next('new_message')).message.content).toBe('let us talk');
  expect((await send(boris, conversation.id, 'gladly')).ok).toBe(true);
  expect((await anna.client.next('new_message', ({ message }) => message.content === 'gladly')).message.seq).toBe(2);
});

test('after a severing nothing passes between the companies, on any gateway, and what was said can be read', async () => {
  const [ours, theirs] = [(companies += 1), (companies += 1)];
  const [anna, adam, boris] = [await person(ours, 0), await person(ours, 1), await person(theirs, 1)];
  await contract(ours, theirs, 'active', 1);
  const direct = (await anna.call('POST', '/conversations', { participantId: boris.userId })).data.conversation;
  const creation = { type: 'group', name: 'tea', participantIds: [adam.userId, boris.userId] };
  const group = (await anna.call('POST', '/conversations', creation)).data.conversation;
  for (const { client } of [anna, boris]) {
    for (const { id: created } of [direct, group]) {
      await client.next('conversation_created', ({ conversation }) => conversation.id === created);
    }
  }
  await send(anna, direct.id, 'before');
  await send(boris, group.id, 'hello all');
  await boris.client.next('new_message', ({ message }) => message.content === 'before');
  await anna.client.next('new_message', ({ message }) => message.content === 'hello all');

  let isSevered = false;
  const refusals: Frame['error'][] = [];
  const traffic = [anna, boris].map(async (from) => {
    for (let count = 1; !isSevered || refusals.length < 2; count += 1) {
      const { error } = await send(from, direct.id, `${from.userId} ${count}`);
      if (error) refusals.push(error);
      if (error && isSevered) return;
    }
  });
  await contract(ours, theirs, 'severed', 2);
  const suspended = await Promise.all(
    [anna, boris].map(({ client }) =>
      client.next('conversation_updated', ({ conversation }) => conversation.state === 'suspended'),
    ),
  );
  isSevered = true;
  await Promise.all(traffic);
  expect(suspended.map(({ conversation }) => conversation.id)).toEqual([direct.id, direct.id]);
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'forbidden', reason: 'severed' });

  await boris.client.next('conversation_removed', ({ conversation_id }) => conversation_id === group.id);
  const [heardByAnna, heardByBoris] = [textsTo(anna).length, textsTo(boris).length];
  expect((await send(boris, group.id, 'still here?')).error?.code).toBe('forbidden');
  expect((await boris.call('POST', '/conversations', { participantId: adam.userId })).body.error).toMatchObject({
    code: 'forbidden',
    reason: 'severed',
  });
  await until('the group goes on without the others', async () => (await send(anna, group.id, 'only us')).ok);
  await adam.client.next('new_message', ({ message }) => message.content === 'only us');
  expect(textsTo(boris).slice(heardByBoris)).toEqual([]);
  expect(textsTo(anna).slice(heardByAnna)).toEqual(['only us']);
  const history = await boris.call('GET', `/conversations/${direct.id}/messages`);
  expect(history.data.messages.map(({ content }: { content: string }) => content)).toContain('before');
  expect((await boris.call('GET', `/presence?user_ids=${anna.userId}`)).data.statuses).toMatchObject([
    { is_online: false },
  ]);
});

/** Has two companies agree on a contract by their admins, on different gateways, and share a conversation. */
async function agree() {
  const [ours, theirs] = [(companies += 1), (companies += 1)];
  const [anna, boris] = [await person(ours, 0, 'admin'), await person(theirs, 1, 'admin')];
  await until('companies knows the other company', async () => {
    const { status } = await anna.call('POST', '/company/contracts', { companyId: theirs });
    return status === 201;
  });
  expect((await boris.call('POST', `/company/contracts/${ours}/accept`)).status).toBe(200);
  const { conversation } = (await anna.call('POST', '/conversations', { participantId: boris.userId })).data;
  return { ours, theirs, anna, boris, conversationId: conversation.id as number };
}

test('behind the reply to a severing or a block no send of either side passes, on any gateway', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { theirs, anna, boris, conversationId } = await agree();
    expect((await send(boris, conversationId, 'we agree')).ok).toBe(true);
    expect((await anna.call('DELETE', `/company/contracts/${theirs}`)).data.contract.state).toBe('severed');
    const sends = await Promise.all([anna, boris].map((from) => send(from, conversationId, 'one more')));
    expect(sends.map(({ error }) => error?.reason)).toEqual(['severed', 'severed']);
    // Repeated, it answers the same.
    expect((await anna.call('DELETE', `/company/contracts/${theirs}`)).data.contract.state).toBe('severed');

    const company = (companies += 1);
    const [vera, gleb] = [await person(company, 0), await person(company, 1)];
    const direct = (await vera.call('POST', '/conversations', { participantId: gleb.userId })).data.conversation;
    expect((await vera.call('POST', '/blocks', { userId: gleb.userId })).status).toBe(201);
    expect((await send(gleb, direct.id, 'hello')).error?.reason).toBe('blocked');
  }
});

test('behind a severing nobody edits, pins or reacts to what stands there, and its sender deletes it', async () => {
  const { theirs, anna, boris, conversationId } = await agree();
  const { message } = (await send(anna, conversationId, 'the offer')).data;
  await anna.call('DELETE', `/company/contracts/${theirs}`);
  const path = `/messages/${message.id}`;
  const refused = [
    anna.call('PATCH', path, { content: 'another offer' }),
    boris.call('PUT', `${path}/pin`),
    boris.call('DELETE', `${path}/pin`),
    boris.call('PUT', `${path}/reactions/%F0%9F%91%8D`),
  ];
  for (const reply of await Promise.all(refused)) {
    expect(reply).toMatchObject({ status: 403, body: { error: { code: 'forbidden', reason: 'severed' } } });
  }
  expect((await anna.call('DELETE', path)).status).toBe(200);
});

test('a block closes the direct conversation and hides the blocker, and an unblocked person writes again', async () => {
  const company = (companies += 1);
  const [anna, boris] = [await person(company, 0), await person(company, 1)];
  const { conversation } = (await anna.call('POST', '/conversations', { participantId: boris.userId })).data;
  await send(boris, conversation.id, 'hello');
  const block = (is_active: boolean, version: number) =>
    publishDurable(bus, durableEvents.blockChanged, id(), {
      block: {
        id: 1_000_000 + anna.userId,
        blocker_id: anna.userId,
        blocker_company_id: null,
        blocked_id: boris.userId,
        blocked_company_id: null,
        is_active,
        version,
      },
    });
  await block(true, 1);
  const refused = await until(
    'the block holds',
    async () => (await send(boris, conversation.id, 'are you there')).error,
  );
  expect(refused).toMatchObject({ code: 'forbidden', reason: 'blocked' });
  await until('the blocker looks offline', async () => {
    const [status] = (await boris.call('GET', `/presence?user_ids=${anna.userId}`)).data.statuses;
    return !status.is_online;
  });
  expect(boris.client.events('conversation_updated')).toEqual([]);
  await block(false, 2);
  await until('the block is gone', async () => (await send(boris, conversation.id, 'hello again')).ok);
  await anna.client.next('new_message', ({ message }) => message.content === 'hello again');
});

test('an admin renames a group of the own company and removes people from it, and one of another company does not', async () => {
  const [ours, theirs] = [(companies += 1), (companies += 1)];
  const [anna, boss, boris] = [await person(ours, 0), await person(ours, 1, 'admin'), await person(theirs, 1, 'admin')];
  const creation = { type: 'group', name: 'tea', participantIds: [boris.userId] };
  const { id: group, company_id } = (await anna.call('POST', '/conversations', creation)).data.conversation;
  expect(company_id).toBe(ours);
  await boris.client.next('conversation_created', ({ conversation }) => conversation.id === group);
  expect((await boris.call('PATCH', `/conversations/${group}`, { name: 'ours now' })).status).toBe(403);
  expect((await boss.call('PATCH', `/conversations/${group}`, { name: 'Tea' })).data.conversation.name).toBe('Tea');
  const removed = await boss.call('DELETE', `/conversations/${group}/participants/${boris.userId}`);
  expect(removed.data.conversation.participants).toEqual([anna.userId]);
  await boris.client.next('conversation_removed', ({ conversation_id }) => conversation_id === group);
});

test('the admins of a company list its groups and their members and close them, and nobody of another company does', async () => {
  const [ours, theirs] = [(companies += 1), (companies += 1)];
  const [anna, boss, boris] = [await person(ours, 0), await person(ours, 1, 'admin'), await person(theirs, 1, 'admin')];
  const creation = { type: 'group', name: 'tea', participantIds: [boris.userId] };
  const group = (await anna.call('POST', '/conversations', creation)).data.conversation;
  await boris.client.next('conversation_created', ({ conversation }) => conversation.id === group.id);
  await send(boris, group.id, 'one lump or two');
  const path = `/conversations/${group.id}`;
  const groupsOf = async ({ call }: Person) => (await call('GET', '/company/groups?limit=100')).data.groups;
  const shown = { id: group.id, name: 'tea', owner_id: anna.userId, participant_count: 2 };
  expect(await groupsOf(boss)).toContainEqual(expect.objectContaining(shown));
  expect(JSON.stringify(await groupsOf(boris))).not.toContain('tea');
  expect((await anna.call('GET', '/company/groups')).status).toBe(403);
  const first = (await boss.call('GET', '/company/groups?limit=1')).data;
  const rest = (await boss.call('GET', `/company/groups?limit=100&cursor=${first.next_cursor}`)).data;
  expect([...first.groups, ...rest.groups]).toEqual(await groupsOf(boss));

  // The admin is not in the group: the list of members is all that the admin sees of it.
  const members = (await boss.call('GET', `${path}/members`)).data.members;
  expect(members).toMatchObject([{ user_id: anna.userId }, { user_id: boris.userId, read_seq: 1 }]);
  expect((await boss.call('GET', `${path}/messages`)).status).toBe(403);
  const stranger = await person(theirs, 0, 'admin');
  for (const route of [path, '/conversations/999999999']) {
    expect((await stranger.call('GET', `${route}/members`)).status).toBe(403);
    expect((await stranger.call('DELETE', route)).status).toBe(403);
  }
  expect((await boris.call('DELETE', path)).status).toBe(403);
  const direct = (await anna.call('POST', '/conversations', { participantId: boss.userId })).data.conversation;
  expect((await boss.call('DELETE', `/conversations/${direct.id}`)).status).toBe(422);

  expect(await boss.call('DELETE', path)).toMatchObject({ status: 200, data: {} });
  for (const { client } of [anna, boris]) {
    await client.next('conversation_removed', ({ conversation_id }) => conversation_id === group.id);
  }
  for (const from of [anna, boris]) expect((await send(from, group.id, 'more tea')).error?.code).toBe('forbidden');
  expect(await groupsOf(boss)).toContainEqual(
    expect.objectContaining({ ...shown, owner_id: null, participant_count: 0 }),
  );
  expect((await boss.call('DELETE', path)).status).toBe(200);
});

test('when nobody of the company is left in its group an admin is asked, and the colleague whom the admin adds owns it', async () => {
  const [ours, theirs] = [(companies += 1), (companies += 1)];
  const [anna, boss, boris] = [await person(ours, 0), await person(ours, 1, 'admin'), await person(theirs, 1, 'admin')];
  const creation = { type: 'group', name: 'supply', participantIds: [boris.userId] };
  const group = (await anna.call('POST', '/conversations', creation)).data.conversation;
  const path = `/conversations/${group.id}`;
  expect((await anna.call('DELETE', `${path}/participants/${anna.userId}`)).status).toBe(200);
  const asked = await boss.client.next('owner_needed', ({ conversation_id }) => conversation_id === group.id);
  expect(asked).toEqual({ conversation_id: group.id, name: 'supply' });
  expect((await boris.call('GET', path)).data.conversation).toMatchObject({ owner_id: null, company_id: ours });
  expect((await boris.call('PATCH', path, { name: 'ours' })).status).toBe(403);
  expect(boris.client.events('owner_needed')).toEqual([]);
  const { groups } = (await boss.call('GET', '/company/groups')).data;
  expect(groups).toContainEqual(expect.objectContaining({ id: group.id, owner_id: null, participant_count: 1 }));

  const colleague = await person(ours, 0);
  const added = await boss.call('POST', `${path}/participants`, { participantIds: [colleague.userId] });
  expect(added.data.conversation).toMatchObject({ owner_id: colleague.userId });
  expect((await colleague.call('PATCH', path, { name: 'Supply' })).data.conversation.name).toBe('Supply');
});

/** How many severings the next test makes. `SEVERINGS=100 npm test -- tests/partings.test.ts` prints the figures of so many. */
const SEVERINGS = Number(process.env['SEVERINGS'] ?? 3);

/** Severs two companies under traffic. Returns the milliseconds from the acknowledgement to the last message that crosses. */
async function lastCrossingOf(ours: number, theirs: number): Promise<number> {
  const [anna, boris] = [await person(ours, 0), await person(theirs, 1)];
  const direct = (await anna.call('POST', '/conversations', { participantId: boris.userId })).data.conversation;
  let acknowledgedAt = Number.POSITIVE_INFINITY;
  let lastMs = 0;
  let isOver = false;
  const traffic = [anna, boris].map(async (from) => {
    from.client.socket.on('message', (raw) => {
      const { event, data } = JSON.parse(raw.toString()) as Frame;
      if (event !== 'new_message' || data.message.sender_id === from.userId) return;
      lastMs = Math.max(lastMs, performance.now() - acknowledgedAt);
    });
    while (!isOver) await send(from, direct.id, 'traffic');
  });
  await Promise.all([anna, boris].map(({ client }) => client.next('new_message')));
  await contract(ours, theirs, 'severed', 1);
  acknowledgedAt = performance.now();
  const suspended = ({ client }: Person) =>
    client.next('conversation_updated', ({ conversation }) => conversation.state === 'suspended');
  await Promise.all([anna, boris].map(suspended));
  const heard = [anna, boris].map(({ client }) => client.events('new_message').length);
  // Both senders get at least one more answer, and what they would have stored would be heard by now.
  for (const from of [anna, boris]) expect((await send(from, direct.id, 'after')).error?.reason).toBe('severed');
  isOver = true;
  await Promise.all(traffic);
  expect([anna, boris].map(({ client }) => client.events('new_message').length)).toEqual(heard);
  await Promise.all([anna, boris].map(({ client }) => client.close()));
  return lastMs;
}

test('under traffic no message crosses once both sides have seen the severing', async () => {
  const lasts: number[] = [];
  while (lasts.length < SEVERINGS) lasts.push(await lastCrossingOf((companies += 1), (companies += 1)));
  lasts.sort((a, b) => a - b);
  if (process.env['SEVERINGS'] === undefined) return;
  const at = (share: number) => lasts[Math.ceil(lasts.length * share) - 1]?.toFixed(1);
  process.stdout.write(
    `last message after ${lasts.length} severings: median ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms\n`,
  );
});
