import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectDatabase, statement } from '@vestnik/database';
import { CRASH_POINTS, type CrashPoint } from '@vestnik/lifecycle';
import { createLogger } from '@vestnik/logging';
import {
  type Churn,
  endProcess,
  type PlayedSystem,
  type PushReceiver,
  playOn,
  type System,
  type SystemProcess,
  sendAndNote,
  startChurn,
  startPushReceiver,
  startSystem,
  type TestClient,
  until,
} from '@vestnik/testing';

/** As the judge finds it when the promise was kept. */
const KEPT = { lost: 0, twice: 0, outOfOrder: 0, wrong: 0, faults: [] };
/** Users besides the players: one who is added and removed all the time, one who is never there and has a device. */
const GUEST = 70;
const ABSENT = 90;
/** The gateway that is started to crash stands behind the two that stay. */
const THIRD = 2;

let system: System;
let played: PlayedSystem;
let receiver: PushReceiver;
/** The conversation of which GUEST is a member at times, and GUEST's socket on a gateway that never crashes. */
let changing: number;
let guest: TestClient;
/** The group in which ABSENT is too. */
let pushed: number;

beforeAll(async () => {
  [system, receiver] = await Promise.all([
    startSystem({ instances: { gateway: 2, messages: 2 }, settings: { PRESENCE_GRACE_SECONDS: '1' } }),
    startPushReceiver(),
  ]);
  played = await playOn(system, 6);
  const [owner, second] = played.clients;
  if (!owner || !second) throw new Error('nobody plays');
  const group = await system.group([owner, second]);
  changing = group.id;
  guest = await system.connect(GUEST, 0);

  const device = { provider: 'webhook', target: { url: receiver.url('/absent') } };
  expect((await (await system.rest(ABSENT))('POST', '/devices', device)).status).toBe(201);
  const withAbsent = await system.group(played.clients);
  const path = `/conversations/${withAbsent.id}/participants`;
  expect((await (await system.rest(owner.userId))('POST', path, { participantIds: [ABSENT] })).status).toBe(200);
  pushed = withAbsent.id;
  played.conversations.push(group, withAbsent);
}, 90_000);
afterAll(async () => {
  await system.stop();
  await receiver.stop();
}, 60_000);

/** Has GUEST come and go; who was removed can do nothing from the acknowledgement on. */
function startChanges(): Churn {
  const [owner] = played.clients;
  if (!owner) throw new Error('nobody plays');
  return startChurn({
    system,
    ledger: played.ledger,
    conversationId: changing,
    owner,
    guestId: GUEST,
    async onceOut() {
      const reply = await guest.call('send_message', { conversationId: changing, content: 'am I in?', type: 'text' });
      expect(['forbidden', 'unavailable']).toContain(reply.error?.code);
    },
  });
}

async function arm(point: CrashPoint): Promise<SystemProcess> {
  const service = point.split('.')[0] as SystemProcess['service'];
  const settings = { VESTNIK_CRASH_AT: `${point}:3` };
  if (service === 'conversations' || service === 'notifications') {
    const [only] = system.processesOf(service) as [SystemProcess];
    await endProcess(only);
    return system.replace(only, settings);
  }
  const armed = await system.startProcess(service, undefined, settings);
  if (service === 'gateway') for (const client of played.clients.slice(0, 3)) client.moveTo(THIRD);
  return armed;
}

/** Takes the place of the dead: where nobody else does its work, somebody is started. */
async function restart(dead: SystemProcess): Promise<void> {
  if (dead.service === 'conversations' || dead.service === 'notifications') await system.replace(dead);
  else await system.retire(dead);
}

describe('a process that is killed exactly there loses nothing and doubles nothing', () => {
  test.each(CRASH_POINTS)(
    '%s',
    async (point) => {
      const armed = await arm(point);
      const ended = once(armed.child, 'exit');
      const traffic = played.startTraffic(20);
      const changes = startChanges();
      const [, signal] = await ended;
      expect(signal).toBe('SIGKILL');
      await restart(armed);
      await played.healed();
      const before = changes.count();
      await until('changes go on', () => changes.count() > before);
      await Promise.all([traffic.stop(), changes.stop()]);
      expect(await played.judge()).toMatchObject(KEPT);

      await guestIsOut(changes.unheard);
    },
    60_000,
  );
});

/** GUEST is out everywhere, and has heard nothing that was said meanwhile. */
async function guestIsOut(unheard: ReadonlySet<string>): Promise<void> {
  const { participants } = (await (await system.rest(1))('GET', `/conversations/${changing}`)).data.conversation;
  expect(participants).not.toContain(GUEST);
  expect((await (await system.rest(GUEST))('GET', `/conversations/${changing}/messages`)).status).toBe(403);
  const heard = guest.events('new_message').map(({ message }) => message.client_message_id);
  expect(heard.filter((clientMessageId) => unheard.has(clientMessageId))).toEqual([]);
}

const holdHead = statement<{ id: number }>('hold-head', 'select id from conversations where id = $1 for update');
const waitingStores = statement<{ count: number }>(
  'waiting-stores',
  `select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%store_messages%'`,
);

test('all instances of messages die while a transaction is under way: what it commits is found by the retry', async () => {
  const [sender] = played.clients;
  const [everybody] = played.conversations;
  if (!sender || !everybody) throw new Error('nobody plays');
  const admin = await connectDatabase({
    url: system.servers.databaseUrls.messages,
    schema: 'messages',
    poolSize: 2,
    entities: [],
    logger: createLogger('tests', 'silent'),
  });
  const dead: SystemProcess[] = system.processesOf('messages');
  let sent: Promise<void> | undefined;
  await admin.transaction(async (queries) => {
    await queries.query(holdHead, [everybody.id]);
    sent = sendAndNote(played.ledger, sender, {
      conversationId: everybody.id,
      clientMessageId: 'in-a-transaction',
      content: 'committed by nobody',
    });
    await until('the transaction waits', async () => (await admin.query(waitingStores, []))[0]?.count === 1);
    for (const process of dead) await endProcess(process, 'SIGKILL');
  });
  await Promise.all(dead.map((process) => system.replace(process)));
  await sent;
  await played.healed();
  expect(await played.judge()).toMatchObject(KEPT);
  await admin.close();
}, 60_000);

test('after all these crashes every message has been pushed, under one id for each', async () => {
  const sent = played.ledger.acknowledged.filter(({ conversationId }) => conversationId === pushed);
  expect(sent.length).toBeGreaterThan(20);
  const idsOf = () => Map.groupBy(receiver.received, ({ messageId }) => messageId);
  // What a killed instance had in hand is left to it for 30 s.
  await until('everything is pushed', () => sent.every(({ message }) => idsOf().has(message.id)), 45_000);
  const ids = [...idsOf().values()].map((attempts) => new Set(attempts.map(({ webhookId }) => webhookId)).size);
  expect(Math.max(...ids)).toBe(1);
  expect(idsOf().size).toBe(sent.length);
  // Attempts under way to one device at once, of the one instance that died between attempt and record.
  expect(receiver.received.length - sent.length).toBeLessThan(8);
}, 60_000);
