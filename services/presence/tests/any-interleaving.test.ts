import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '@vestnik/testing';
import fc from 'fast-check';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

const GATEWAYS = 3;
const USERS = 5;
const RUNS = 15;

/** One word of a gateway: the users who connect and disconnect, or its leaving. */
type Saying = { connected: number[]; disconnected: number[] } | 'leave';

const users = fc.uniqueArray(fc.integer({ min: 0, max: USERS - 1 }), { maxLength: USERS });
const saying: fc.Arbitrary<Saying> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(users, users).map(([connected, disconnected]) => ({
      connected,
      disconnected: disconnected.filter((user) => !connected.includes(user)),
    })),
  },
  { weight: 1, arbitrary: fc.constant('leave' as const) },
);
const sayings = fc.array(saying, { minLength: 1, maxLength: 6 });

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await prepareService();
  await service.startConversations();
  await service.start({ PRESENCE_GRACE_SECONDS: '0' });
  await service.start({ PRESENCE_GRACE_SECONDS: '0' });
});
afterAll(() => service.stop());

/** The users of a gateway after all that it said. */
function usersAfter(said: Saying[]): Set<number> {
  const present = new Set<number>();
  for (const word of said) {
    if (word === 'leave') {
      present.clear();
    } else {
      for (const user of word.connected) present.add(user);
      for (const user of word.disconnected) present.delete(user);
    }
  }
  return present;
}

test('any interleaving of reports from several gateways ends with online = has a connection, and published so', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(sayings, { minLength: GATEWAYS, maxLength: GATEWAYS }), async (byGateway) => {
      run += 1;
      const idOf = (user: number) => run * 100 + user;
      await Promise.all(
        byGateway.map(async (said, index) => {
          const gateway = service.gateway(`run-${run}-${index}`);
          for (const word of said) {
            if (word === 'leave') await gateway.leave();
            else await gateway.report(word.connected.map(idOf), word.disconnected.map(idOf));
          }
          const present = usersAfter(said).size;
          if (said.at(-1) !== 'leave') expect(await gateway.beat(present)).toBe(true);
        }),
      );
      const present = byGateway.map(usersAfter);
      for (let user = 0; user < USERS; user += 1) {
        const online = present.some((gateway) => gateway.has(user));
        await service.becomes(idOf(user), online);
        await until('its status is published', () => (service.publishedOf(idOf(user)).at(-1) ?? false) === online);
      }
      await service.announcementsSettle();
      for (let user = 0; user < USERS; user += 1) {
        const told = service.publishedOf(idOf(user));
        expect(told.at(-1) ?? false).toBe(present.some((gateway) => gateway.has(user)));
        expect(told).toEqual(told.map((_, index) => index % 2 === 0));
      }
    }),
    { numRuns: RUNS },
  );
});
