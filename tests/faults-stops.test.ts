import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  endProcess,
  type PlayedSystem,
  type PushReceiver,
  playOn,
  type RestReply,
  readiness,
  restClient,
  type System,
  type SystemProcess,
  startPushReceiver,
  startSystem,
  token,
  until,
} from '@vestnik/testing';

/** Often enough that no step of a stop is without traffic, and seldom enough that the histories stay short. */
const TRAFFIC_EVERY_MS = 100;
/** As the judge finds it when the promise was kept. */
const KEPT = { lost: 0, twice: 0, outOfOrder: 0, wrong: 0, faults: [] };

let system: System;
let played: PlayedSystem;
let receiver: PushReceiver;
beforeAll(async () => {
  [system, receiver] = await Promise.all([
    startSystem({
      separateProcesses: true,
      instances: { gateway: 2, messages: 2 },
      settings: { PRESENCE_GRACE_SECONDS: '1' },
    }),
    startPushReceiver(),
  ]);
  played = await playOn(system, 6);
});
afterAll(async () => {
  await system.stop();
  await receiver.stop();
});

/** Stops a process in order under traffic, does `meanwhile` while it is away, and starts another in its place. */
async function stopUnderTraffic(process: SystemProcess | undefined, meanwhile = async () => {}): Promise<void> {
  if (!process) throw new Error('there is no such process');
  const traffic = played.startTraffic(TRAFFIC_EVERY_MS);
  const count = played.ledger.acknowledged.length;
  await until('messages flow', () => played.ledger.acknowledged.length >= count + 50);
  expect(await endProcess(process)).toBe(0);
  await meanwhile();
  await system.replace(process);
  await played.healed();
  await traffic.stop();
  expect(await played.judge()).toMatchObject(KEPT);
}

const repeated = () => played.clients.map(({ figures }) => Object.fromEntries(figures.repeated));
const closes = () => played.clients.map(({ figures }) => Object.fromEntries(figures.closes));

test('of two instances of messages one stops and comes back, and nobody notices', async () => {
  const before = repeated();
  await stopUnderTraffic(system.processesOf('messages')[0]);
  await stopUnderTraffic(system.processesOf('messages')[1]);
  expect(repeated()).toEqual(before);
  expect(closes()).toEqual(played.clients.map(() => ({})));
});

test('of two gateways one stops: its sockets close with 1012, and what it accepted is answered', async () => {
  await stopUnderTraffic(system.processesOf('gateway')[0]);
  const codes = new Set(closes().flatMap((each) => Object.keys(each)));
  expect([...codes]).toEqual(['1012']);
  expect(system.processesOf('gateway')).toHaveLength(2);
});

/** How often a gateway could not notify messages of a change, which then reaches messages by its event only. */
const changesLearntLate = () =>
  system
    .processesOf('gateway')
    .map(({ output }) => output().split('by its event only').length - 1)
    .reduce((sum, count) => sum + count, 0);

test('conversations stops in the middle of changes: what was acknowledged holds everywhere', async () => {
  const [owner, added] = [await system.rest(1), 70];
  const { data } = await owner('POST', '/conversations', { type: 'group', name: 'changing', participantIds: [2] });
  const id: number = data.conversation.id;
  const path = `/conversations/${id}/participants`;
  let isIn = false;
  let changes = 0;
  let away = false;
  let changing = true;
  const change = (): Promise<RestReply> =>
    isIn ? owner('DELETE', `${path}/${added}`) : owner('POST', path, { participantIds: [added] });
  const historyIs = async (status: number) => {
    const history = await (await system.rest(added))('GET', `/conversations/${id}/messages`);
    return [status, 503].includes(history.status);
  };
  const everyChange = (async () => {
    while (changing) {
      const late = changesLearntLate();
      let attempts = 0;
      // A removal that is repeated since its answer was lost is not found.
      const reply = await until('the change is made', async () => {
        attempts += 1;
        const outcome = await change();
        return [200, attempts > 1 ? 404 : 200].includes(outcome.status) && outcome;
      });
      isIn = !isIn;
      changes += 1;
      if (reply.status === 200) expect(reply.data.conversation.participants.includes(added)).toBe(isIn);
      const expected = isIn ? 200 : 403;
      // A change that is acknowledged at its first attempt holds at once, in messages too. A change whose answer was lost, or
      // of which the gateway could not notify messages in time, holds there as soon as messages has its event.
      const atOnce = attempts === 1 && late === changesLearntLate();
      if (!away && atOnce) expect(await historyIs(expected)).toBe(true);
      else if (!away) await until('messages knows of the change', () => historyIs(expected));
    }
  })();
  // A faulty change fails the test at once: without it the test would wait in vain for the next change.
  const unlessFaulty = <Result>(wait: Promise<Result>) => Promise.race([wait, everyChange.then(() => wait)]);
  await unlessFaulty(until('there are changes', () => changes > 5));
  const before = changes;
  const stopped = stopUnderTraffic(system.processesOf('conversations')[0], async () => {
    away = true;
    expect((await owner('GET', `/conversations/${id}`)).body.error.code).toBe('unavailable');
  });
  await unlessFaulty(stopped);
  await unlessFaulty(until('changes go on', () => changes > before + 5));
  changing = false;
  await everyChange;
  const { participants } = (await owner('GET', `/conversations/${id}`)).data.conversation;
  expect(participants).toEqual(isIn ? [1, 2, added] : [1, 2]);
  const seen = await (await system.rest(added))('GET', `/conversations/${id}/messages`);
  expect(seen.status).toBe(isIn ? 200 : 403);
});

test('presence stops while somebody goes: the status ends as offline all the same', async () => {
  const watching = await system.connect(2, 0);
  const going = await system.connect(80, 1);
  const pair = await (await system.rest(80))('POST', '/conversations', { participantId: 2 });
  expect(pair.status).toBe(201);
  const status = async () => (await watching.ask('watch_presence', { userIds: [80] })).statuses[0];
  await until('online', async () => (await status()).is_online);
  await stopUnderTraffic(system.processesOf('presence')[0], () => going.close());
  await watching.next('user_status', (event) => event.user_id === 80 && !event.is_online);
  expect((await status()).is_online).toBe(false);
  await watching.close();
});

test('notifications stops in the middle of pushes: every message is pushed, each once', async () => {
  const [absent, sender] = [await system.rest(90), await system.rest(1)];
  const device = { provider: 'webhook', target: { url: receiver.url('/absent') } };
  expect((await absent('POST', '/devices', device)).status).toBe(201);
  const { data } = await sender('POST', '/conversations', { participantId: 90 });
  const id: number = data.conversation.id;
  const sent: number[] = [];
  const say = async () => {
    const reply = await sender('POST', `/conversations/${id}/messages`, { content: `push ${sent.length}` });
    sent.push(reply.data.message.id);
  };
  let sending = true;
  const allSent = (async () => {
    while (sending) await say();
  })();
  await until('there are pushes', () => receiver.received.length > 10);
  await stopUnderTraffic(system.processesOf('notifications')[0], say);
  sending = false;
  await allSent;
  await until('all are pushed', () => new Set(receiver.received.map(({ messageId }) => messageId)).size >= sent.length);
  const pushed = receiver.received.map(({ messageId }) => messageId);
  expect(pushed.toSorted((a, b) => a - b)).toEqual(sent);
});

test('companies stops: known users are judged by memory, and new users pass and are bound when it is back', async () => {
  const ask = async (userId: number, companyId: number) => {
    const rest = restClient(system.restUrl(0), await token(userId, companyId));
    return (await rest('GET', '/unread-count')).status;
  };
  expect(await ask(95, 1)).toBe(200);
  await stopUnderTraffic(system.processesOf('companies')[0], async () => {
    await until('the gateway is degraded', async () => {
      const { status, parts } = await readiness(system);
      return status === 200 && parts['companies'] === 'down';
    });
    expect([await ask(95, 1), await ask(95, 2)]).toEqual([200, 401]);
    expect([await ask(96, 2), await ask(96, 1)]).toEqual([200, 401]);
  });
  const other = restClient(system.restUrl(1), await token(96, 1));
  await until('user 96 is bound', async () => (await other('GET', '/unread-count')).status === 401);
});
