import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { conversationsEndpoints as endpoints, healthEndpoint, streams } from '@vestnik/contracts';
import { connectDatabase, statement } from '@vestnik/database';
import { discover, patience, until } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;

beforeEach(async () => {
  service = await prepareService();
});
afterEach(() => service.stop());

const health = () => service.bus.request(healthEndpoint('conversations'), {});

test('the role sees only its own schema, and no other role sees into it', async () => {
  const read = async (role: 'conversations' | 'messages', table: string) => {
    const url = service.servers.databaseUrls[role];
    const own = await connectDatabase({ url, schema: role, poolSize: 1, entities: [], logger: service.logger });
    try {
      return await own.query(statement(`read-${table}`, `select * from ${table}`), []);
    } finally {
      await own.close();
    }
  };
  expect(await read('conversations', 'conversations.conversations')).toEqual([]);
  expect(await read('messages', 'messages.messages')).toEqual([]);
  await expect(read('conversations', 'messages.messages')).rejects.toMatchObject({ code: '42501' });
  for (const table of ['conversations', 'participants', 'outbox']) {
    await expect(read('messages', `conversations.${table}`)).rejects.toMatchObject({ code: '42501' });
  }
});

test('$SRV.PING, INFO and STATS list the service with its endpoints', async () => {
  await service.start();
  const ask = async (verb: string) => (await discover<unknown>(service.bus, `$SRV.${verb}.conversations`, 1))[0];
  expect(await ask('PING')).toMatchObject({ name: 'conversations' });
  const info = (await ask('INFO')) as { endpoints: { subject: string; queue_group: string }[] };
  const subjects = Object.values(endpoints).map((endpoint) => endpoint.subject);
  expect(info.endpoints.map((endpoint) => endpoint.subject)).toEqual([
    ...subjects,
    'svc.conversations.v1.check-health',
  ]);

  await service.createGroup(1, 2);
  await expect(service.createGroup(1)).rejects.toMatchObject({ code: 'invalid' });
  const stats = (await ask('STATS')) as { endpoints: { name: string; num_requests: number; num_errors: number }[] };
  const created = stats.endpoints.find((endpoint) => endpoint.name === 'create-group');
  expect(created).toMatchObject({ num_requests: 2, num_errors: 1 });
});

test('stop drains: requests that were accepted are answered, and what they changed is published', async () => {
  const running = await service.start();
  const { id } = await service.createGroup(1, 2);
  const holding = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const holder = service.admin.transaction(async ({ query }) => {
    await query(statement('hold', 'select from conversations.conversations where id = $1 for update'), [id]);
    held.resolve();
    await holding.promise;
  });
  await held.promise;

  const names = ['One', 'Two', 'Three', 'Four'];
  const accepted = names.map((name) => {
    const input = { user_id: 1, conversation_id: id, name };
    return service.bus.request(endpoints.renameConversation, input, { timeoutMs: 10_000 });
  });
  const waiting = () =>
    service.sql<{ pid: number }>(
      "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
  // The others wait for the first before they take a connection.
  await until('the first request waits for the lock', async () => (await waiting()).length === 1);

  let stopped = false;
  const stopping = running.stop().then(() => {
    stopped = true;
  });
  await until('nothing more is accepted', () =>
    health().then(
      () => false,
      (error) => error.code === 'unavailable',
    ),
  );
  expect(stopped).toBe(false);
  holding.resolve();
  await holder;
  const answers = await Promise.all(accepted);
  await stopping;
  expect(answers.map(({ conversation }) => conversation.version).sort()).toEqual([2, 3, 4, 5]);
  const { state } = await (await service.bus.manager()).streams.info(streams.conversations.name);
  expect(state.messages).toBe(1 + names.length);
  expect(await service.sql('select id from conversations.outbox')).toEqual([]);
});

test('while many changes of one group wait for its lock, other groups are created, changed and read', async () => {
  await service.start({ LIMIT_WAITING_CHANGES: '20' });
  const [{ id }, other] = [await service.createGroup(1, 2), await service.createGroup(3, 4)];
  const elsewhere: string[] = [];
  const answers = await service.whileHeld(id, async () => {
    const renames = Array.from({ length: 60 }, (_, index) =>
      service.bus.request(
        endpoints.renameConversation,
        { user_id: 1, conversation_id: id, name: `Name ${index}` },
        { timeoutMs: 10_000 },
      ),
    );
    const settled = Promise.allSettled(renames);
    for (let round = 0; round < 10; round += 1) {
      elsewhere.push((await service.createGroup(5, 6 + round)).type);
      await service.bus.request(endpoints.renameConversation, {
        user_id: 3,
        conversation_id: other.id,
        name: `Other ${round}`,
      });
      elsewhere.push((await service.see(4, other.id))?.name ?? 'unseen');
    }
    return { settled };
  });
  expect(elsewhere).toEqual(Array.from({ length: 10 }, (_, round) => ['group', `Other ${round}`]).flat());
  const refusals = (await answers.settled).flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason.code as string] : [],
  );
  // One has the lock's place, twenty wait, and the others are refused at once.
  expect(refusals.filter((code) => code === 'rate_limited')).toHaveLength(39);
});

test('while the database is away everything is unavailable, quickly, and heals by itself', async () => {
  await service.start();
  const group = await service.createGroup(1, 2);
  const { pathname } = new URL(service.servers.adminUrl);
  const limitConnections = (count: number) =>
    service.sql(`alter database ${pathname.slice(1)} connection limit ${count}`);
  const asked = () => [
    service.see(1, group.id),
    service.bus.request(endpoints.renameConversation, { user_id: 1, conversation_id: group.id, name: 'Coffee' }),
    service.bus.request(endpoints.createDirect, { user_id: 1, participant_id: 2 }),
    service.bus.request(endpoints.createGroup, { user_id: 1, name: 'Milk', participant_ids: [2] }),
    service.bus.request(endpoints.listConversationsOfUsers, { user_ids: [1] }),
  ];
  expect(await health()).toMatchObject({ database: 'ok' });

  await limitConnections(0);
  await service.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and usename = 'conversations'`,
  );
  const since = performance.now();
  const refused = (await Promise.allSettled(asked())).map(
    (answer) => answer.status === 'rejected' && answer.reason.code,
  );
  expect(refused).toEqual(refused.map(() => 'unavailable'));
  expect(performance.now() - since).toBeLessThan(patience(2_500));
  expect(await health()).toMatchObject({ database: 'down' });

  await limitConnections(-1);
  await until('the database is back', async () => (await health()).database === 'ok');
  const answers = await Promise.all(asked());
  expect(answers[0]).toEqual(group);
});
