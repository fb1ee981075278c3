import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { schemaDifference } from '@vestnik/database';
import { schema } from '../src/store/schema.ts';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await prepareService();
});
afterAll(() => service.stop());

test('the entities describe the migrated schema', async () => {
  expect(await schemaDifference(schema, service.servers.databaseUrls.notifications)).toBe('');
});
