import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectDatabase, type Database, KEYED_ACCESS, migrateSchema, statement } from '@vestnik/database';
import { createLogger } from '@vestnik/logging';
import { startServers, type TestServers } from '@vestnik/testing';
import fc from 'fast-check';
import type { Context } from '../src/context.ts';
import { schema } from '../src/store/schema.ts';
import { applyPeople } from '../src/use-cases/apply-people.ts';

let servers: TestServers;
let database: Database;
let lastId = 0;

beforeAll(async () => {
  servers = await startServers();
  await migrateSchema(schema, servers.databaseUrls.messages);
  database = await connectDatabase({
    url: servers.databaseUrls.messages,
    schema: 'messages',
    poolSize: 4,
    entities: [],
    logger: createLogger('messages-tests', 'silent'),
    sessionSettings: KEYED_ACCESS,
  });
});
afterAll(async () => {
  await database?.close();
  await servers?.stop();
});

const addConversation = statement<never, [id: number, userIds: readonly number[]]>(
  'test-add-conversation',
  `with added as (
     insert into conversations (id, version, activity_at, type) values ($1, 1, now(), 'group')
   )
   insert into members (conversation_id, user_id, read_seq, delivered_seq, joined_seq)
   select $1, u, 0, 0, 0 from unnest($2::bigint[]) u`,
);
const isGuarded = statement<{ is_guarded: boolean }, [id: number]>(
  'test-is-guarded',
  'select is_guarded from conversations where id = $1',
);

/** People become known in batches, which are handled side by side or one after the other. */
const arrivals = fc.record({
  companies: fc.array(fc.constantFrom(1, 2), { minLength: 1, maxLength: 6 }),
  cuts: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  together: fc.boolean(),
});

test('sends are judged as soon as members of two companies are known, in whatever order and batches they become known', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, async ({ companies, cuts, together }) => {
      const id = (lastId += 10);
      const people = companies.map((company_id, index) => ({
        id: id + index,
        company_id,
        name: null,
        picture_url: null,
        version: 1,
      }));
      await database.query(addConversation, [id, people.map((person) => person.id)]);
      const batches: (typeof people)[] = [];
      for (const [index, person] of people.entries()) {
        const last = batches.at(-1);
        if (last && cuts[index]) last.push(person);
        else batches.push([person]);
      }
      const context = { database } as Context;
      if (together) await Promise.all(batches.map((batch) => applyPeople(context, { people: batch })));
      else for (const batch of batches) await applyPeople(context, { people: batch });
      const [row] = await database.query(isGuarded, [id]);
      expect(row?.is_guarded).toBe(new Set(companies).size > 1);
    }),
    { numRuns: 200 },
  );
});
