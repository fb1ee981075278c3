import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import {
  type Churn,
  type PlayedSystem,
  type PushReceiver,
  playOn,
  type System,
  startChurn,
  startPushReceiver,
  startSystem,
  until,
} from '@vestnik/testing';

/** As the judge finds it when the promise was kept. */
const KEPT = { lost: 0, twice: 0, outOfOrder: 0, wrong: 0, faults: [] };
/** How long the system may need to be as before, once a server is back, in milliseconds. */
const HEALED_WITHIN_MS = 30_000;
const TRAFFIC_EVERY_MS = 100;
/** Users besides the players: one is added and removed all the time, one never connects and has a device. */
const GUEST = 70;
const ABSENT = 90;

let system: System;
let played: PlayedSystem;
let receiver: PushReceiver;
/** The group in which ABSENT is, and the one that GUEST comes into and leaves. */
let pushed: number;
let changing: number;

beforeAll(async () => {
  [system, receiver] = await Promise.all([
    startSystem({ instances: { gateway: 2, messages: 2 }, natsCluster: true }),
    startPushReceiver(),
  ]);
  played = await playOn(system, 4);
  const [owner] = played.clients;
  const device = { provider: 'webhook', target: { url: receiver.url('/absent') } };
  expect((await (await system.rest(ABSENT))('POST', '/devices', device)).status).toBe(201);
  const [withAbsent, withGuest] = [await system.group(played.clients), await system.group(played.clients)];
  const path = `/conversations/${withAbsent.id}/participants`;
  expect((await (await system.rest(owner?.userId ?? 0))('POST', path, { participantIds: [ABSENT] })).status).toBe(200);
  [pushed, changing] = [withAbsent.id, withGuest.id];
  played.conversations.push(withAbsent, withGuest);
});
afterEach(async () => {
  for (const server of system.servers.natsServers) {
    await server.thaw();
    await server.start();
  }
});
afterAll(async () => {
  await system.stop();
  await receiver.stop();
});

function startChanges(): Churn {
  const [owner] = played.clients;
  if (!owner) throw new Error('nobody plays');
  return startChurn({ system, ledger: played.ledger, conversationId: changing, owner, guestId: GUEST });
}

// Every stream has its leader on one of the three, so each leader is among those that are taken away.
test.each([
  ['killed', 'kill', 'start'],
  ['frozen', 'freeze', 'thaw'],
] as const)(
  'each of three nats-servers is %s in turn: messages and changes go on meanwhile, nothing is lost and everything is pushed',
  async (what, takeAway, giveBack) => {
    const traffic = played.startTraffic(TRAFFIC_EVERY_MS);
    const changes = startChanges();
    try {
      for (const [index, server] of system.servers.natsServers.entries()) {
        await server[takeAway]();
        const since = performance.now();
        const sent = played.ledger.acknowledged.length;
        const changed = changes.count();
        await until('messages go on', () => played.ledger.acknowledged.length >= sent + 100);
        await until('changes go on', () => changes.count() >= changed + 3);
        const wentOnMs = Math.round(performance.now() - since);
        await server[giveBack]();
        const healedInMs = await played.healed(HEALED_WITHIN_MS);
        console.log(`server ${index + 1} ${what}: on again after ${wentOnMs} ms, healed in ${healedInMs} ms`);
      }
    } finally {
      await Promise.all([traffic.stop(), changes.stop()]);
    }
    expect(await played.judge()).toMatchObject(KEPT);
    const own = played.ledger.acknowledged.filter(({ conversationId }) => conversationId === pushed);
    const arrived = () => new Set(receiver.received.map(({ messageId }) => messageId));
    await until('everything is pushed', () => own.every(({ message }) => arrived().has(message.id)), 60_000);
  },
);
