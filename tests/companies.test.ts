import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { signToken } from '@vestnik/auth';
import { companiesEndpoints } from '@vestnik/contracts';
import {
  connectTestBus,
  createTestClient,
  patience,
  restClient,
  SECRET,
  type System,
  startSystem,
  until,
} from '@vestnik/testing';

let system: System;
beforeAll(async () => {
  system = await startSystem({ instances: { gateway: 2 } });
});
afterAll(() => system.stop());

/** The claims of a token beside its user. */
interface Claims {
  company?: number;
  name?: string;
  companyName?: string;
  picture?: string;
  role?: 'admin' | 'compliance';
}

function tokenOf(id: number, { company = 1, role, ...described }: Claims = {}): string {
  return signToken(SECRET, { id, companyId: company, companyRole: role, ...described }, 3_600);
}

const call = (id: number, claims?: Claims, gateway = 0) => restClient(system.restUrl(gateway), tokenOf(id, claims));
const connect = (id: number, claims?: Claims, gateway = 0) =>
  createTestClient(system.socketUrl(gateway), tokenOf(id, claims));

test('the first token binds a user to its company, and a token of another company is refused at every door', async () => {
  expect((await call(10, { company: 1 })('GET', '/unread-count')).status).toBe(200);
  for (const gateway of [0, 1]) {
    expect((await call(10, { company: 2 }, gateway)('GET', '/unread-count')).status).toBe(401);
    await expect(connect(10, { company: 2 }, gateway)).rejects.toThrow('401');
    expect((await call(10, { company: 1 }, gateway)('GET', '/unread-count')).status).toBe(200);
  }
});

test('a user who was moved is let in with tokens of the new company only, and sockets of the former one close', async () => {
  const sockets = await Promise.all([0, 1].map((gateway) => connect(11, { company: 1 }, gateway)));
  const bus = await connectTestBus(system.servers.natsUrls.ops);
  try {
    await bus.request(companiesEndpoints.moveUser, { user_id: 11, company_id: 2 });
    await expect(bus.request(companiesEndpoints.moveUser, { user_id: 999, company_id: 2 })).rejects.toMatchObject({
      code: 'not_found',
    });
  } finally {
    await bus.close();
  }
  for (const socket of sockets) expect(await socket.closed).toBe(4401);
  for (const gateway of [0, 1]) {
    expect((await call(11, { company: 1 }, gateway)('GET', '/unread-count')).status).toBe(401);
    expect((await call(11, { company: 2 }, gateway)('GET', '/unread-count')).status).toBe(200);
  }
});

/** The entries of an audit that tell of some actions, oldest first, once the last of them is there. */
const auditOf = (admin: ReturnType<typeof call>, actions: string[], most = 100) =>
  admin('GET', `/company/audit?limit=${most}`).then(({ data }) =>
    data.entries.filter(({ action }: { action: string }) => actions.includes(action)),
  );

/** The names that a caller of company 1 finds by the beginnings of words. */
async function foundBy(id: number, q: string): Promise<string[]> {
  const { data } = await call(id)('GET', `/people?q=${encodeURIComponent(q)}`);
  return data.people.map(({ name }: { name: string }) => name);
}

test('people are shown to those who share a company or a conversation with them, and to no others', async () => {
  const picture = 'https://example.org/vera.png';
  await call(20, { name: 'Anna Birch', companyName: 'Birch' })('GET', '/unread-count');
  await call(21, { company: 2, name: 'Vera Elm', companyName: 'Elm', picture })('GET', '/unread-count');
  const namedBy = async (ids: number[]) => (await call(20)('GET', `/people?ids=${ids.join(',')}`)).data.people;
  expect(await namedBy([20, 21, 22])).toMatchObject([{ id: 20, name: 'Anna Birch', company_name: 'Birch' }]);

  await call(20)('POST', '/conversations', { type: 'group', name: 'tea', participantIds: [21, 22] });
  expect(await namedBy([22, 21, 23])).toEqual([
    { id: 22, name: null, company_id: null, company_name: null, picture_url: null, updated_at: null },
    {
      id: 21,
      name: 'Vera Elm',
      company_id: 2,
      company_name: 'Elm',
      picture_url: picture,
      updated_at: expect.stringMatching(/^\d{4}-.*Z$/),
    },
  ]);
  expect(await foundBy(20, 'ELM')).toEqual(['Vera Elm']);
  expect(await foundBy(10, 'elm')).toEqual([]);
});

test('people are found by the beginning of any word of their names, in any case, ё as е, page by page', async () => {
  const names = ['Пётр Семёнов', 'Петрова Ольга', 'Ольга Ким'];
  for (const [index, name] of names.entries()) await call(30 + index, { name })('GET', '/unread-count');
  expect(await foundBy(20, 'ПЕТР')).toEqual(['Пётр Семёнов', 'Петрова Ольга']);
  expect(await foundBy(20, 'пётр семе')).toEqual(['Пётр Семёнов']);
  expect(await foundBy(20, 'тров')).toEqual([]);
  expect(await foundBy(31, 'ольга')).toEqual(['Ольга Ким']);

  const first = (await call(20)('GET', '/people?q=%D0%BE%D0%BB%D1%8C&limit=1')).data;
  expect(first.people).toMatchObject([{ name: 'Петрова Ольга' }]);
  const second = (await call(20)('GET', `/people?q=%D0%BE%D0%BB%D1%8C&limit=1&cursor=${first.next_cursor}`)).data;
  expect(second).toMatchObject({ people: [{ name: 'Ольга Ким' }], next_cursor: null });

  const statusOf = async (query: string) => (await call(20)('GET', `/people${query}`)).status;
  expect(await Promise.all(['', '?ids=', '?q=', '?ids=1&q=a', '?ids=x', '?q=a&cursor=x'].map(statusOf))).toEqual(
    Array.from({ length: 6 }, () => 400),
  );
  const tooMany = Array.from({ length: 101 }, (_, index) => index + 1).join(',');
  expect(await Promise.all(['?q=%21', `?ids=${tooMany}`, `?q=${'a'.repeat(201)}`].map(statusOf))).toEqual([
    422, 422, 422,
  ]);
});

test('a person who looks different is announced once to each user who shares a conversation, and to no others', async () => {
  await call(40, { name: 'Gleb' })('POST', '/conversations', { participantId: 41 });
  await call(40)('POST', '/conversations', { type: 'group', name: 'tea', participantIds: [41, 42] });
  const [contact, stranger] = [await connect(41, {}, 1), await connect(43, {}, 1)];
  await call(40, { name: 'Gleb Oak' })('GET', '/unread-count');
  const { person } = await contact.next('person_updated', (event) => event.person.name === 'Gleb Oak');
  expect(person).toMatchObject({ id: 40, company_id: 1, picture_url: null });
  await call(40, { name: 'Gleb Ash' })('GET', '/unread-count');
  await contact.next('person_updated', (event) => event.person.name === 'Gleb Ash');
  expect(contact.events('person_updated').filter((event) => event.person.name === 'Gleb Oak')).toHaveLength(1);
  expect(stranger.events('person_updated')).toEqual([]);
});

describe('contracts', () => {
  const [birch, elm] = [
    { id: 50, company: 50, role: 'admin', companyName: 'Birch' },
    { id: 60, company: 60, role: 'admin', companyName: 'Elm' },
  ] as const;
  const as = ({ id, ...claims }: typeof birch | typeof elm) => call(id, claims);
  const ALL = { direct: true, groups: true, invite: true };
  beforeAll(async () => {
    for (const admin of [birch, elm]) expect((await as(admin)('GET', '/company')).status).toBe(200);
  });

  const seenBy = async (admin: typeof birch | typeof elm) => {
    const { contracts } = (await as(admin)('GET', '/company/contracts')).data;
    return contracts.map(({ version: _, since: __, ...contract }: { version: number; since: string }) => contract);
  };

  test('a contract is proposed by one company, accepted by the other, and seen by both as it is', async () => {
    const { id: _, ...claims } = elm;
    const other = await connect(elm.id, claims, 1);
    const plain = await connect(61, { company: 60 }, 1);
    const proposed = await as(birch)('POST', '/company/contracts', { companyId: 60, terms: { ...ALL, invite: false } });
    expect(proposed).toMatchObject({
      status: 201,
      data: { contract: { company_id: 60, state: 'proposed', proposed_by: 50 } },
    });
    const { contract } = await other.next('contract_changed');
    expect(contract).toMatchObject({ company_id: 50, company_name: 'Birch', state: 'proposed', proposed_by: 50 });
    expect(plain.events('contract_changed')).toEqual([]);

    expect((await as(birch)('POST', '/company/contracts/60/accept')).status).toBe(409);
    expect((await as(elm)('POST', `/company/contracts/50/accept?version=${contract.version + 1}`)).status).toBe(409);
    expect((await as(elm)('POST', '/company/contracts/50/accept')).data.contract.state).toBe('active');
    const terms = { ...ALL, invite: false };
    expect(await seenBy(birch)).toEqual([
      { company_id: 60, company_name: 'Elm', state: 'active', proposed_by: 50, terms, proposed_terms: null },
    ]);

    await as(elm)('PATCH', '/company/contracts/50', { terms: ALL });
    expect(await seenBy(birch)).toMatchObject([{ state: 'active', terms, proposed_terms: ALL, proposed_by: 60 }]);
    await as(birch)('POST', '/company/contracts/60/accept');
    expect(await seenBy(elm)).toMatchObject([{ company_id: 50, terms: ALL, proposed_terms: null }]);
  });

  test('one company severs a contract alone, and only the acceptance of a new proposal brings it back', async () => {
    expect((await as(elm)('DELETE', '/company/contracts/50')).data.contract.state).toBe('severed');
    expect((await as(birch)('POST', '/company/contracts/60/accept')).status).toBe(409);
    await as(birch)('POST', '/company/contracts', { companyId: 60 });
    expect(await seenBy(elm)).toMatchObject([{ state: 'proposed', proposed_by: 50 }]);
    const bus = await connectTestBus(system.servers.natsUrl);
    const { contracts } = await bus.request(companiesEndpoints.findRelations, { user_ids: [50, 60] });
    await bus.close();
    expect(contracts).toMatchObject([{ company_ids: [50, 60], state: 'severed' }]);
    await as(elm)('POST', '/company/contracts/50/accept');
    expect(await seenBy(birch)).toMatchObject([{ state: 'active' }]);
  });

  test('steps of both companies at once end in one state that both see, and the audits tell the same story', async () => {
    const steps = [
      () => as(birch)('POST', '/company/contracts', { companyId: 60 }),
      () => as(elm)('POST', '/company/contracts', { companyId: 50 }),
      () => as(birch)('POST', '/company/contracts/60/accept'),
      () => as(elm)('POST', '/company/contracts/50/accept'),
      () => as(birch)('DELETE', '/company/contracts/60'),
      () => as(elm)('DELETE', '/company/contracts/50'),
    ];
    const replies = await Promise.all(Array.from({ length: 10 }, () => steps.map((step) => step())).flat());
    expect(replies.filter(({ status }) => ![200, 201, 409].includes(status))).toEqual([]);
    const [[ofBirch], [ofElm]] = [await seenBy(birch), await seenBy(elm)];
    expect(ofBirch).toMatchObject({ state: ofElm.state, terms: ofElm.terms, proposed_by: ofElm.proposed_by });
    const story = async (admin: typeof birch | typeof elm) => {
      const entries = await auditOf(as(admin), ['contract_proposed', 'contract_accepted', 'contract_severed']);
      return entries.map(({ actor_id, action, detail }: Record<string, unknown>) => ({ actor_id, action, detail }));
    };
    expect(await story(birch)).toEqual(await story(elm));
  });

  test('a company is governed by its admins alone, and what others may not know is not told', async () => {
    const people = [call(51, { company: 50 }), call(52, { company: 50, role: 'compliance' })];
    for (const person of people) {
      const forbidden = await Promise.all([
        person('PATCH', '/company/policy', { partners: 'contract' }),
        person('POST', '/company/contracts', { companyId: 60 }),
        person('POST', '/company/contracts', { companyId: 9_999 }),
        person('POST', '/company/contracts/60/accept'),
        person('PATCH', '/company/contracts/60', { terms: ALL }),
        person('DELETE', '/company/contracts/9999'),
      ]);
      expect(forbidden.map(({ status }) => status)).toEqual(forbidden.map(() => 403));
    }
    const [plain, compliance] = people;
    for (const list of ['contracts', 'audit']) {
      expect((await plain?.('GET', `/company/${list}`))?.status).toBe(403);
      expect((await compliance?.('GET', `/company/${list}`))?.status).toBe(200);
    }
    expect((await as(birch)('POST', '/company/contracts', { companyId: 9_999 })).status).toBe(404);
    expect((await as(birch)('POST', '/company/contracts', { companyId: 50 })).status).toBe(422);
    expect((await as(birch)('POST', '/company/contracts', { companyId: 'x' })).status).toBe(400);
    expect((await as(birch)('DELETE', '/company/contracts/9999')).status).toBe(404);
  });

  test('a company sees the use that it makes of its quotas', async () => {
    const group = { type: 'group', name: 'tea', participantIds: [51, 52] };
    const { conversation } = (await as(birch)('POST', '/conversations', group)).data;
    await as(birch)('POST', `/conversations/${conversation.id}/messages`, { content: 'hello' });
    const { usage, quotas } = (await as(birch)('GET', '/company')).data.company;
    expect({ usage, quotas }).toEqual({
      usage: { messages_today: 1, groups: 1 },
      quotas: { messages_per_day: 1_000_000, groups: 100_000 },
    });
  });

  test('a policy changes by the rules that are named, and is recorded', async () => {
    const set = (policy: object) => as(birch)('PATCH', '/company/policy', policy);
    expect((await set({ partners: 'contract', externalInvite: false })).data.company).toEqual({
      id: 50,
      name: 'Birch',
      policy: { partners: 'contract', external_invite: false, history: null },
    });
    const { policy } = (await set({ history: 'joined' })).data.company;
    expect(policy).toEqual({ partners: 'contract', external_invite: false, history: 'joined' });
    expect((await set({ partners: 'closed' })).status).toBe(422);
    expect((await set({ externalInvite: 'no' })).status).toBe(400);
    expect(await auditOf(as(birch), ['policy_changed'])).toMatchObject([
      { actor_id: 50, actor_company_id: 50, object: 'company 50', detail: { partners: 'contract' } },
      { detail: policy },
    ]);
    const { entries } = (await as(birch)('GET', '/company/audit?limit=100')).data;
    const first = (await as(birch)('GET', '/company/audit?limit=1')).data;
    const rest = (await as(birch)('GET', `/company/audit?cursor=${first.next_cursor}&limit=100`)).data;
    expect([...first.entries, ...rest.entries].slice(0, entries.length)).toEqual(entries);
  });
});

test('the admins of a company list all of its people page by page, and nobody else lists them', async () => {
  const claims = { company: 90, companyName: 'Fir' };
  for (const id of [92, 93]) await call(id, { ...claims, name: `Person ${id}` })('GET', '/unread-count');
  await call(91, { company: 91, name: 'Outsider' })('GET', '/unread-count');
  const admin = call(90, { ...claims, role: 'admin' });
  const { people, next_cursor } = await until('companies knows all of them', async () => {
    const { data } = await admin('GET', '/company/people');
    return data?.people.length === 3 && data;
  });
  expect({ people, next_cursor }).toMatchObject({
    people: [
      { id: 90, name: null, company_id: 90, company_name: 'Fir', is_online: false, last_seen: null, devices: [] },
      { id: 92, name: 'Person 92' },
      { id: 93, name: 'Person 93' },
    ],
    next_cursor: null,
  });
  const first = (await admin('GET', '/company/people?limit=2')).data;
  const rest = (await admin('GET', `/company/people?limit=2&cursor=${first.next_cursor}`)).data;
  expect([...first.people, ...rest.people]).toEqual(people);
  expect(rest.next_cursor).toBeNull();

  for (const path of ['a', 'b']) {
    const device = { provider: 'webhook', target: { url: `https://example.org/${path}` } };
    expect((await call(93, claims)('POST', '/devices', device)).status).toBe(201);
  }
  const socket = await connect(93, claims, 1);
  const shown = async () => (await admin('GET', '/company/people')).data.people[2];
  await until('presence has seen the person', async () => (await shown()).is_online);
  expect(await shown()).toMatchObject({
    id: 93,
    last_seen: expect.stringMatching(/^\d{4}-.*Z$/),
    devices: [{ provider: 'webhook', state: 'active', count: 2 }],
  });
  await socket.close();
  for (const plain of [call(92, claims), call(94, { ...claims, role: 'compliance' })]) {
    expect((await plain('GET', '/company/people')).status).toBe(403);
  }
});

test('an admin ends the access of a person of the own company everywhere within a second, and of nobody else', async () => {
  const admin = call(100, { company: 100, role: 'admin' });
  const [person, mate, outsider] = [{ company: 100 }, { company: 100 }, { company: 101 }];
  for (const [id, claims] of [
    [101, person],
    [102, mate],
    [103, outsider],
  ] as const) {
    await until(
      'companies knows the person',
      async () => (await call(id, claims)('GET', '/unread-count')).status === 200,
    );
  }
  const bearer = tokenOf(101, person);
  const asPerson = [0, 1].map((gateway) => restClient(system.restUrl(gateway), bearer));
  const device = { provider: 'webhook', target: { url: 'https://example.org/hook' } };
  expect((await asPerson[0]?.('POST', '/devices', device))?.status).toBe(201);
  const sockets = await Promise.all([0, 1].map((gateway) => createTestClient(system.socketUrl(gateway), bearer)));
  const unconcerned = await connect(102, mate, 1);
  await until('the company lists the person', async () => {
    const { data } = await admin('GET', '/company/people');
    return data?.people.some(({ id }: { id: number }) => id === 101);
  });

  const from = performance.now();
  expect(await admin('POST', '/company/people/101/revoke')).toMatchObject({ status: 200, data: {} });
  for (const socket of sockets) expect(await socket.closed).toBe(4401);
  expect(performance.now() - from).toBeLessThan(patience(1_000));
  for (const rest of asPerson) expect((await rest('GET', '/unread-count')).status).toBe(401);
  await expect(createTestClient(system.socketUrl(1), bearer)).rejects.toThrow('401');
  const again = await until('a token that was issued later is good', async () => {
    const rest = restClient(system.restUrl(1), tokenOf(101, person));
    return (await rest('GET', '/unread-count')).status === 200 && rest;
  });
  await until('the device is signed out', async () => {
    return (await again('GET', '/devices')).data.devices[0].state === 'suspended';
  });
  expect(unconcerned.socket.readyState).toBe(unconcerned.socket.OPEN);

  for (const userId of [103, 999_999]) {
    expect(await admin('POST', `/company/people/${userId}/revoke`)).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    });
  }
  for (const plain of [call(102, mate), call(104, { company: 100, role: 'compliance' })]) {
    expect((await plain('POST', '/company/people/102/revoke')).status).toBe(403);
  }
  expect((await call(103, outsider)('GET', '/unread-count')).status).toBe(200);
  const { entries } = (await admin('GET', '/company/audit')).data;
  expect(entries).toMatchObject([{ actor_id: 100, action: 'access_ended', object: 'user 101' }]);
});

test('a reported message reaches the admins of its reporter as it was, once, and nobody else', async () => {
  const [sender, reporter, stranger] = [
    call(80, { company: 80 }),
    call(81, { company: 81 }),
    call(82, { company: 81 }),
  ];
  const [admin, otherAdmin] = [call(83, { company: 81, role: 'admin' }), call(84, { company: 80, role: 'admin' })];
  const { conversation } = (await sender('POST', '/conversations', { participantId: 81, message: 'text 1' })).data;
  const ids: number[] = [];
  for (let seq = 2; seq <= 13; seq += 1) {
    const sent = await sender('POST', `/conversations/${conversation.id}/messages`, { content: `text ${seq}` });
    ids.push(sent.data.message.id);
  }
  const [second, last] = [ids[0] as number, ids.at(-1) as number];
  const filed = await reporter('POST', '/reports', { messageId: last, reason: 'Asks for my password' });
  expect(filed).toMatchObject({ status: 201, data: { report: { message_id: last, reason: 'Asks for my password' } } });
  await sender('DELETE', `/messages/${last}`);
  const again = await Promise.all([0, 1].map(() => reporter('POST', '/reports', { messageId: last, reason: 'Again' })));
  for (const reply of again) expect(reply).toMatchObject({ status: 200, data: filed.data });
  await reporter('POST', '/reports', { messageId: second, reason: 'And this' });

  const reports = (await admin('GET', '/company/reports')).data;
  const texts = (messages: { content: string }[]) => messages.map(({ content }) => content);
  const tenBefore = Array.from({ length: 10 }, (_, index) => `text ${index + 3}`);
  expect(reports).toMatchObject({
    reports: [{ reason: 'And this' }, { reason: 'Asks for my password' }],
    next_cursor: null,
  });
  expect(reports.reports[0]).toMatchObject({ reporter_id: 81, message: { content: 'text 2', sender_id: 80 } });
  expect(texts(reports.reports[0].before)).toEqual(['text 1']);
  expect(reports.reports[1]).toMatchObject({ id: filed.data.report.id, message: { id: last, content: 'text 13' } });
  expect(texts(reports.reports[1].before)).toEqual(tenBefore);
  const first = (await admin('GET', '/company/reports?limit=1')).data;
  const rest = (await admin('GET', `/company/reports?limit=1&cursor=${first.next_cursor}`)).data;
  expect([...first.reports, ...rest.reports]).toEqual(reports.reports);
  expect(rest.next_cursor).toBeNull();

  expect((await otherAdmin('GET', '/company/reports')).data.reports).toEqual([]);
  for (const plain of [reporter, call(85, { company: 81, role: 'compliance' })]) {
    expect((await plain('GET', '/company/reports')).status).toBe(403);
  }
  for (const messageId of [last, 999_999_999]) {
    expect(await stranger('POST', '/reports', { messageId, reason: 'curious' })).toMatchObject({
      status: 403,
      body: { error: { code: 'forbidden' } },
    });
  }
  const refusals = ['', ' \u200b', 'x'.repeat(1_001), 7].map((reason) => ({ messageId: last, reason }));
  const replies = await Promise.all(refusals.map((body) => reporter('POST', '/reports', body)));
  expect(replies.map(({ status }) => status)).toEqual([422, 422, 422, 400]);
  expect(await auditOf(admin, ['message_reported'])).toMatchObject([
    {
      actor_id: 81,
      action: 'message_reported',
      object: `message ${last}`,
      detail: { report_id: filed.data.report.id },
    },
    { actor_id: 81, action: 'message_reported', object: `message ${second}` },
  ]);
});

test('people block people and admins block companies, each sees own blocks only, and nobody else removes them', async () => {
  const admin = call(70, { company: 70, role: 'admin' });
  const [plain, stranger] = [call(71, { company: 70 }), call(72, { company: 72 })];
  expect((await stranger('GET', '/blocks')).data).toEqual({ blocks: [], next_cursor: null });
  const { block } = (await plain('POST', '/blocks', { userId: 72 })).data;
  expect(block).toMatchObject({ user_id: 72, company_id: null });
  expect((await plain('POST', '/blocks', { userId: 72 })).data.block).toEqual(block);
  const ofCompany = (await admin('POST', '/blocks', { companyId: 72 })).data.block;
  expect(ofCompany).toMatchObject({ user_id: null, company_id: 72 });
  expect((await plain('GET', '/blocks')).data.blocks).toEqual([block]);
  expect((await admin('GET', '/blocks')).data.blocks).toEqual([ofCompany]);

  const statuses = async (...bodies: object[]) =>
    Promise.all(bodies.map(async (body) => (await plain('POST', '/blocks', body)).status));
  expect(await statuses({ userId: 71 }, { companyId: 72 }, {}, { userId: 1, companyId: 2 })).toEqual([
    422, 403, 400, 400,
  ]);
  expect((await admin('POST', '/blocks', { companyId: 9_999 })).status).toBe(404);
  expect((await admin('DELETE', `/blocks/${block.id}`)).status).toBe(404);
  expect((await plain('DELETE', `/blocks/${ofCompany.id}`)).status).toBe(404);

  const bus = await connectTestBus(system.servers.natsUrl);
  const blocked = async () =>
    (await bus.request(companiesEndpoints.findRelations, { user_ids: [71, 72] })).blocks.length;
  expect(await blocked()).toBe(2);
  expect((await plain('DELETE', `/blocks/${block.id}`)).status).toBe(200);
  expect((await admin('DELETE', `/blocks/${ofCompany.id}`)).status).toBe(200);
  expect((await plain('DELETE', `/blocks/${block.id}`)).status).toBe(404);
  expect(await blocked()).toBe(0);
  await bus.close();
  const { entries } = (await admin('GET', '/company/audit')).data;
  expect(entries).toMatchObject([{ action: 'company_blocked', object: 'company 72' }, { action: 'company_unblocked' }]);
});

test('the acts in a group are in the audit of its company, and each company learns what its own people do', async () => {
  const [admin, mate] = [call(110, { company: 110, role: 'admin' }), { company: 110 }];
  const [partner, partnerAdmin] = [{ company: 111 }, call(113, { company: 111, role: 'admin' })];
  for (const [id, claims] of [
    [111, mate],
    [112, partner],
  ] as const)
    await call(id, claims)('GET', '/unread-count');
  for (const one of [admin, partnerAdmin]) await one('GET', '/unread-count');
  const bus = await connectTestBus(system.servers.natsUrl);
  await until('companies knows everybody', async () => {
    const { people } = await bus.request(companiesEndpoints.findRelations, { user_ids: [110, 111, 112, 113] });
    return people.length === 4;
  });
  await bus.close();
  const creation = { type: 'group', name: 'Deal', participantIds: [111] };
  const path = `/conversations/${(await admin('POST', '/conversations', creation)).data.conversation.id}`;
  await admin('POST', `${path}/participants`, { participantIds: [112] });
  await admin('PATCH', path, { name: 'Big deal' });
  // The partner leaves by itself.
  await call(112, partner)('DELETE', `${path}/participants/112`);

  const object = path.slice(1).replace('conversations/', 'conversation ');
  const ACTS = ['conversation_created', 'conversation_renamed', 'people_joined', 'people_left'];
  const entries = await until('the audit has the last act', async () => {
    const found = await auditOf(admin, ACTS);
    return found.at(-1)?.action === 'people_left' && found;
  });
  expect(entries).toMatchObject([
    {
      actor_id: 110,
      actor_company_id: 110,
      action: 'conversation_created',
      object,
      detail: { type: 'group', name: 'Deal' },
    },
    { actor_id: 110, action: 'people_joined', detail: { user_ids: [110, 111], users: 2 } },
    { actor_id: 110, action: 'people_joined', detail: { user_ids: [112] } },
    { actor_id: 110, action: 'conversation_renamed', detail: { name: 'Big deal' } },
    { actor_id: 112, actor_company_id: 111, action: 'people_left', detail: { user_ids: [112] } },
  ]);
  expect(await auditOf(partnerAdmin, ACTS)).toMatchObject([
    { actor_id: 110, actor_company_id: 110, action: 'people_joined', object, detail: { user_ids: [112] } },
    { actor_id: 112, actor_company_id: 111, action: 'people_left', object },
  ]);
});
