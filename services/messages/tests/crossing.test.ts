import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PARTNER_RULES } from '@vestnik/contracts';
import { connectDatabase, type Database, KEYED_ACCESS, migrateSchema, statement } from '@vestnik/database';
import { type Contract, decide, type Facts, type Side } from '@vestnik/decision';
import { createLogger } from '@vestnik/logging';
import { startServers, type TestServers } from '@vestnik/testing';
import fc from 'fast-check';
import { schema } from '../src/store/schema.ts';
import { batchCall, singleCall } from '../src/store/sends.ts';

let servers: TestServers;
let database: Database;
let lastId = 0;

beforeAll(async () => {
  servers = await startServers();
  await migrateSchema(schema, servers.databaseUrls.messages);
  database = await connectDatabase({
    url: servers.databaseUrls.messages,
    schema: 'messages',
    poolSize: 2,
    entities: [],
    logger: createLogger('messages-tests', 'silent'),
    sessionSettings: KEYED_ACCESS,
  });
});
afterAll(async () => {
  await database?.close();
  await servers?.stop();
});

let statements = 0;
const run = (text: string, values: unknown[]) =>
  database.query(statement(`crossing-${(statements += 1)}`, text), values);

interface Case {
  facts: Facts;
  isDirect: boolean;
}

const rule = fc.constantFrom(...PARTNER_RULES);
const side = (companyId: fc.Arbitrary<number>): fc.Arbitrary<Side> =>
  fc.record({ companyId, rule: fc.option(rule, { nil: undefined }), blocks: fc.boolean() });
const contract: fc.Arbitrary<Contract> = fc.record({
  state: fc.constantFrom('proposed', 'active', 'severed'),
  terms: fc.record({ direct: fc.boolean(), groups: fc.boolean(), invite: fc.boolean() }),
});
const cases: fc.Arbitrary<Case> = fc.record({
  isDirect: fc.boolean(),
  facts: fc.record({
    installation: rule,
    actor: side(fc.constant(1)),
    other: side(fc.constantFrom(1, 2)),
    contract: fc.option(contract, { nil: undefined }),
  }),
});

/** Stores a case under ids of its own, and returns the conversation with its two members. */
async function store({ facts: { actor, other, contract }, isDirect }: Case) {
  lastId += 10;
  const [low, high, one, two] = [lastId + 1, lastId + 2, lastId + 3, lastId + 4];
  const theirs = other.companyId === 1 ? low : high;
  await run('insert into people values ($1, $2, 1), ($3, $4, 1)', [one, low, two, theirs]);
  await run('insert into companies (company_id, partners, version) values ($1, $2, 1)', [low, actor.rule ?? null]);
  if (theirs !== low) {
    await run('insert into companies (company_id, partners, version) values ($1, $2, 1)', [high, other.rule ?? null]);
  }
  if (contract) {
    const { direct, groups, invite } = contract.terms;
    await run('insert into contracts values ($1, $2, $3, $4, $5, $6, 1)', [
      low,
      high,
      contract.state,
      direct,
      groups,
      invite,
    ]);
  }
  const block = 'insert into blocks (id, blocker_id, blocked_id, is_active, version) values ($1, $2, $3, true, 1)';
  if (actor.blocks) await run(block, [lastId + 5, one, two]);
  if (other.blocks) await run(block, [lastId + 6, two, one]);
  await run(`select apply_conversation($1, 1, $2::bigint[], '2026-01-31', $3, 'active', '{}')`, [
    lastId,
    [one, two],
    isDirect ? 'direct' : 'group',
  ]);
  return { conversation: lastId, one, two };
}

const send = (sender_id: number, conversation_id: number, content = 'hello') => ({
  sender_id,
  conversation_id,
  client_message_id: null,
  type: 'text' as const,
  content,
  attachments: [],
  reply_to_id: null,
  mentions: [],
  marks_read: true,
});

const outcomesOf = async (call: ReturnType<typeof singleCall>) =>
  (await database.query(call.statement, call.values)).map(({ outcome }) => outcome);

test('a send is judged by the database as the decision judges it, alone and in a batch', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const { conversation, one } = await store(given);
      const facts: Facts = { ...given.facts };
      // People of one company have one rule, and a contract is between two companies.
      if (facts.actor.companyId === facts.other.companyId) facts.contract = undefined;
      const decision = decide(facts, given.isDirect ? 'direct' : 'share');
      const expected = decision === 'allowed' || decision === 'ask' ? 'stored' : decision;
      await database.transaction(async (queries) => {
        const set = statement<unknown, [rule: string]>('set', `select set_config('vestnik.partners', $1, true)`);
        await queries.query(set, [facts.installation]);
        for (const call of [singleCall(send(one, conversation)), batchCall([send(one, conversation)])]) {
          const [row] = await queries.query(call.statement, call.values);
          expect(row?.outcome).toBe(expected);
        }
      });
    }),
    { numRuns: 150 },
  );
});

test('before the addressee accepts, the creator sends one short text and nothing else', async () => {
  lastId += 10;
  const [creator, addressee] = [lastId + 1, lastId + 2];
  const apply = `select apply_conversation($1, $2, $3::bigint[], '2026-01-31', 'direct', $4, $5::bigint[])`;
  await run(apply, [lastId, 1, [creator], 'pending', [addressee]]);
  const attempt = (content: string) => outcomesOf(singleCall(send(creator, lastId, content)));
  expect(await attempt('ы'.repeat(501))).toEqual(['pending']);
  expect(await outcomesOf(singleCall(send(addressee, lastId)))).toEqual(['stranger']);
  expect(await attempt('😀'.repeat(500))).toEqual(['stored']);
  expect(await attempt('once more')).toEqual(['pending']);
  await run(apply, [lastId, 2, [creator], 'declined', []]);
  expect(await attempt('again')).toEqual(['pending']);
  await run(apply, [lastId, 3, [creator, addressee], 'active', []]);
  expect(await outcomesOf(singleCall(send(addressee, lastId)))).toEqual(['stored']);
  await run(apply, [lastId, 4, [creator, addressee], 'suspended', []]);
  expect(await attempt('after all')).toEqual(['severed']);
});
