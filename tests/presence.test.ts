import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type System, startSystem, until } from '@vestnik/testing';

let system: System;
beforeAll(async () => {
  system = await startSystem({ instances: { gateway: 2, presence: 2 }, settings: { PRESENCE_GRACE_SECONDS: '1' } });
});
afterAll(() => system.stop());

let lastUser = 2_000;
const people = (count: number) => Array.from({ length: count }, () => (lastUser += 1));
const introduce = async (a: number, b: number) =>
  (await system.rest(a))('POST', '/conversations', { participantId: b });

describe('presence over two gateways', () => {
  test('people who share a conversation are told once of coming and going; strangers and oneself are not', async () => {
    const [anna, boris, stranger] = people(3) as [number, number, number];
    await introduce(anna, boris);
    const group = { type: 'group', name: 'also', participantIds: [boris] };
    await (await system.rest(anna))('POST', '/conversations', group);
    const watching = await system.connect(boris, 0);
    const strange = await system.connect(stranger, 1);
    const phone = await system.connect(anna, 1);
    expect(await watching.next('user_status', (event) => event.user_id === anna)).toMatchObject({ is_online: true });

    const laptop = await system.connect(anna, 0);
    await phone.close();
    const { statuses } = await watching.ask('watch_presence', { userIds: [anna, stranger] });
    expect(statuses).toEqual([
      { user_id: anna, is_online: true, last_seen: expect.any(String) },
      { user_id: stranger, is_online: false, last_seen: null },
    ]);

    const before = Date.now();
    await laptop.close();
    const offline = await watching.next('user_status', (event) => event.user_id === anna && !event.is_online);
    expect(Math.abs(Date.parse(offline.last_seen) - before)).toBeLessThan(5_000);
    expect(watching.events('user_status').filter((event) => event.user_id === anna)).toHaveLength(2);
    expect(strange.events('user_status')).toEqual([]);
    expect(phone.events('user_status').filter((event) => event.user_id === anna)).toEqual([]);
    expect((await (await system.rest(boris))('GET', `/presence?user_ids=${anna},${stranger}`)).data.statuses).toEqual([
      { user_id: anna, is_online: false, last_seen: offline.last_seen },
      { user_id: stranger, is_online: false, last_seen: null },
    ]);
  });

  test('a reconnect within the grace is told to nobody', async () => {
    const [anna, boris, vera] = people(3) as [number, number, number];
    await introduce(anna, boris);
    await introduce(vera, boris);
    const watching = await system.connect(boris, 0);
    const first = await system.connect(anna, 0);
    await watching.next('user_status', (event) => event.user_id === anna);
    await first.close();
    await system.connect(anna, 1);
    // A user who leaves for good after the reconnect goes offline after the grace. By then Anna would have gone offline too.
    const other = await system.connect(vera, 1);
    await other.close();
    await watching.next('user_status', (event) => event.user_id === vera && !event.is_online);
    expect(watching.events('user_status').filter((event) => event.user_id === anna)).toHaveLength(1);
  });

  test('when a gateway dies its users end as offline, and come back online through another one', async () => {
    const [anna, boris] = people(2) as [number, number];
    await introduce(anna, boris);
    const third = await system.startProcess('gateway');
    const index = system.processes.filter((process) => process.service === 'gateway').indexOf(third);
    const watching = await system.connect(boris, 0);
    await system.connect(anna, index);
    await watching.next('user_status', (event) => event.user_id === anna && event.is_online);
    third.child.kill('SIGKILL');
    await watching.next('user_status', (event) => event.user_id === anna && !event.is_online, 15_000);
    system.processes.splice(system.processes.indexOf(third), 1);
    await system.connect(anna, 1);
    await until('online again', () => watching.events('user_status').filter((event) => event.is_online).length === 2);
  });
});
