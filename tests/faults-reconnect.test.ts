import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { connectDatabase, type Database, statement } from '@vestnik/database';
import { createLogger } from '@vestnik/logging';
import { type System, type SystemProcess, startSystem, startTcpProxy, type TcpProxy, until } from '@vestnik/testing';

let system: System;
let admin: Database;
let proxy: TcpProxy;
beforeAll(async () => {
  system = await startSystem({ separateProcesses: true });
  const logger = createLogger('tests', 'silent');
  admin = await connectDatabase({ url: system.servers.adminUrl, schema: 'public', poolSize: 3, entities: [], logger });
});
/** The instance that speaks to the bus by the proxy. */
let behind: SystemProcess;
afterEach(async () => {
  await system.retire(behind);
  await system.startProcess(behind.service);
  await proxy.stop();
});
afterAll(async () => {
  await admin.close();
  await system.stop();
});

const text = (conversationId: number, content: string) => ({ conversationId, content, type: 'text', attachments: [] });

/** Has the only instance of a service speak to the bus through a proxy. */
async function putBehindProxy(service: 'messages' | 'conversations'): Promise<void> {
  proxy = await startTcpProxy(system.servers.natsUrls[service]);
  const [only] = system.processesOf(service) as [SystemProcess];
  await system.retire(only);
  behind = await system.startProcess(service, undefined, { NATS_URL: proxy.url });
}

const blocked = statement<{ count: number }>(
  'blocked',
  `select count(*) as count from pg_stat_activity where wait_event_type = 'Lock'`,
);

/** Has what `act` asks a service for commit while the service has lost the bus and shakes hands with it again. */
async function commitWhileReconnecting<Result>(conversationId: number, act: () => Promise<Result>): Promise<Result> {
  let acting: Promise<Result> | undefined;
  await admin.transaction(async (queries) => {
    const table = `${behind.service}.conversations`;
    await queries.query(statement<never>(`hold-${table}`, `select from ${table} where id = $1 for update`), [
      conversationId,
    ]);
    acting = act();
    await until('it waits for the lock', async () => (await admin.query(blocked, []))[0]?.count === 1);
    proxy.cut();
    await until('the service notices', () => behind.output().includes('bus is away'));
    // As over a long way: the handshake takes some round trips, and the commit comes meanwhile.
    proxy.slow(300);
  });
  return acting as Promise<Result>;
}

test('who is removed while conversations reconnects to the bus is told so, and hears nothing that follows', async () => {
  const [anna, boris, vera] = [11, 12, 13];
  const rest = await system.rest(anna);
  const body = { type: 'group', name: 'group', participantIds: [boris, vera] };
  const { id } = (await rest('POST', '/conversations', body)).data.conversation;
  const sender = await system.connect(anna);
  const [removed, witness] = await Promise.all([system.connect(boris), system.connect(vera)]);
  await putBehindProxy('conversations');
  await until('it answers', async () => (await rest('GET', `/conversations/${id}`)).status === 200);
  await commitWhileReconnecting(id, () => rest('DELETE', `/conversations/${id}/participants/${boris}`));
  proxy.mend();
  await removed.next('conversation_removed', ({ conversation_id }) => conversation_id === id);
  await sender.ask('send_message', text(id, 'secret'));
  await witness.next('new_message');
  await removed.ask('sync', { conversations: [] });
  expect(removed.events('new_message')).toEqual([]);
});

test('a message that commits while messages reconnects to the bus is heard live', async () => {
  const [anna, boris] = [21, 22];
  const rest = await system.rest(anna);
  const { id } = (await rest('POST', '/conversations', { participantId: boris })).data.conversation;
  const sender = await system.connect(anna);
  const listener = await system.connect(boris);
  await putBehindProxy('messages');
  await sender.ask('send_message', text(id, 'first'));
  await commitWhileReconnecting(id, () => sender.call('send_message', text(id, 'second')));
  proxy.mend();
  await listener.next('new_message', ({ message }) => message.content === 'second');
  expect(listener.events('new_message').map(({ message: { seq } }) => seq)).toEqual([1, 2]);
});
