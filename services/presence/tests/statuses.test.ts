import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { presenceEndpoints } from '@vestnik/contracts';
import { endProcess, type SystemProcess } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let conversations: SystemProcess;

beforeAll(async () => {
  service = await prepareService();
  conversations = await service.startConversations();
  await service.start();
});
afterAll(() => service.stop());

const statuses = async (userId: number, userIds: number[]) =>
  (await service.bus.request(presenceEndpoints.getStatuses, { user_id: userId, user_ids: userIds })).statuses;

test('a stranger looks offline, exactly as a user who was never seen', async () => {
  await service.befriend(1, 2);
  await service.gateway('g').report([1, 2, 3]);
  const [friend, stranger, unseen] = await statuses(1, [2, 3, 4]);
  expect(friend).toEqual({ user_id: 2, is_online: true, last_seen: expect.stringMatching(/Z$/) });
  expect(stranger).toEqual({ user_id: 3, is_online: false, last_seen: null });
  expect(unseen).toEqual({ user_id: 4, is_online: false, last_seen: null });
});

test('statuses come once for each user, in the order asked, oneself included', async () => {
  await service.befriend(11, 12);
  await service.gateway('g').report([11, 12]);
  const answer = await statuses(11, [13, 12, 11, 12, 13]);
  expect(answer.map((status) => [status.user_id, status.is_online])).toEqual([
    [13, false],
    [12, true],
    [11, true],
  ]);
});

test('while conversations is away, users get their own status alone', async () => {
  await endProcess(conversations);
  await expect(statuses(1, [2])).rejects.toMatchObject({ code: 'unavailable' });
  expect(await statuses(1, [1])).toMatchObject([{ user_id: 1, is_online: true }]);
});
