import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Send } from '@vestnik/contracts';
import { connectDatabase, type Database, KEYED_ACCESS, migrateSchema, statement } from '@vestnik/database';
import { createLogger } from '@vestnik/logging';
import { startServers, type TestServers } from '@vestnik/testing';
import fc from 'fast-check';
import { createMessageStore, type StoredCommit } from '../src/message-store.ts';
import { schema } from '../src/store/schema.ts';
import { batchCall, oneByOneCall, type StoreCall, type StoreRow, singleCall } from '../src/store/sends.ts';
import { type Act, act, MEMBERS } from './store-acts.ts';

let servers: TestServers;
let database: Database;
let other: Database;
let lastConversation = 0;

beforeAll(async () => {
  servers = await startServers();
  await migrateSchema(schema, servers.databaseUrls.messages);
  [database, other] = await Promise.all([connect(), connect()]);
});
afterAll(async () => {
  await database?.close();
  await other?.close();
  await servers?.stop();
});

function connect(): Promise<Database> {
  return connectDatabase({
    url: servers.databaseUrls.messages,
    schema: 'messages',
    poolSize: 4,
    entities: [],
    logger: createLogger('messages-tests', 'silent'),
    sessionSettings: KEYED_ACCESS,
  });
}

const apply = statement(
  'apply',
  `select apply_conversation($1, $2::integer, $3::bigint[], '2026-01-31', 'group', 'active', '{}')`,
);
const read = statement('read', 'select * from mark_read($1, $2, $3)');
const heads = statement<{ seq: number; activity_at: string }>(
  'heads',
  `select version, seq, last_sender_id, first_read_seq, first_reader_id, second_read_seq, automatic_seq, activity_at
   from conversations where id = any ($1::bigint[]) order by id`,
);
const markers = statement<{ user_id: number; read_seq: number }>(
  'markers',
  `select conversation_id - $2::bigint as place, user_id, read_seq, delivered_seq, joined_seq, automatic_seq
   from members
   where conversation_id = any ($1::bigint[]) order by 1, 2`,
);
const stored = statement<{
  id: number;
  seq: number;
  sender_id: number;
  reply_to_id: number | null;
  created_at: string;
}>(
  'stored',
  `select id, conversation_id - $2::bigint as place, seq, sender_id, substr(client_message_id, 2) as client_id, type, content,
     attachments::text, mentions::text, is_automatic, reply_to_id, has_reactions, created_at, edited_at, deleted_at
   from messages where conversation_id = any ($1::bigint[]) order by 2, 3`,
);
const firstReads = statement<unknown>(
  'first-reads',
  `select conversation_id - $2::bigint as place, reader_id, null as sender_id, up_to_seq
   from first_reads where conversation_id = any ($1::bigint[])
   union all
   select conversation_id - $2::bigint, null, sender_id, up_to_seq
   from second_reads where conversation_id = any ($1::bigint[])
   order by 1, 2, 3, 4`,
);
const mentions = statement<unknown>(
  'mentions',
  `select conversation_id - $2::bigint as place, user_id, seq, sender_id from mentions
   where conversation_id = any ($1::bigint[]) order by 1, 2, 3`,
);
const told = statement<{ stretches: unknown }>(
  'told',
  `select json_agg(json_build_object('place', (r->>'conversation_id')::bigint - $2::bigint, 'first', r->'first_seq',
     'last', r->'last_seq')) as stretches
   from outbox, json_array_elements(payload->'stretches') r where id = $1`,
);

async function conversation(version: number, members: number[], id = (lastConversation += 1)): Promise<number> {
  await database.query(apply, [id, version, members]);
  return id;
}

/** A time as JSON and as text of Postgres have it, in one form. Two acts may share a millisecond. */
const microsecondOf = (time: string) => time.replace(' ', 'T').replace(/[+]00(:00)?$/, '');

/** Carries acts out in conversations of its own, each send by `call`; says what came of it, free of ids and times. */
async function carryOut(acts: readonly Act[], call: Call) {
  const base = lastConversation + 1;
  const ids = [base, base + 1, base + 2];
  lastConversation += 3;
  for (const [index, members] of MEMBERS.entries()) await conversation(1, members, ids[index]);
  const messageIds: number[] = [];
  const outcomes: unknown[] = [];
  let version = 1;
  for (const each of acts) {
    if (each.kind === 'change') {
      version += 1;
      const members = [1, 2, 3].filter((user) => user !== each.without);
      await conversation(version, members, ids[0]);
    } else if (each.kind === 'read') {
      await database.query(read, [each.user, ids[each.place], messageIds.length]);
    } else {
      const { clientId, replyTo } = each;
      const send: Send = {
        conversation_id: ids[each.place] as number,
        sender_id: each.user,
        client_message_id: clientId === null ? null : `${call.mark}${clientId}${base}`,
        type: 'text',
        content: each.content,
        attachments: each.attachments.map((file) => ({ ...file, mime_type: 'text/plain', size: 1 })),
        reply_to_id: replyTo === null ? null : (messageIds[replyTo] ?? 9_000_000_000),
        mentions: each.mentions,
        marks_read: each.marksRead,
      };
      const row = await store(send, call);
      const { outcome, message_id, message_seq, conversation_version, outbox_id, stored_at } = row;
      if (outcome === 'stored') messageIds.push(message_id as number);
      const known = outcome === 'known' ? messageIds.indexOf(message_id as number) : undefined;
      const event = outbox_id === null ? undefined : await database.query(told, [outbox_id, base]);
      if (outcome === 'stored') {
        const [head] = await database.query(heads, [[ids[each.place]]]);
        expect(head?.activity_at).toBe(stored_at);
      }
      const readings = row.readings?.map(({ read_at, conversation_id, ...reading }) => ({
        ...reading,
        place: conversation_id - base,
        isNow: microsecondOf(read_at) === microsecondOf(stored_at),
      }));
      outcomes.push({ outcome, message_seq, conversation_version, known, event, readings });
    }
  }
  const messages = await database.query(stored, [ids, base]);
  expect(messages.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(messageIds);
  return {
    outcomes,
    heads: (await database.query(heads, [ids])).map(({ activity_at: _, ...head }) => head),
    markers: await database.query(markers, [ids, base]),
    messages: messages.map(({ id, reply_to_id, created_at: _, ...message }) => ({
      ...message,
      client_id: undefined,
      order: messageIds.indexOf(id),
      reply: reply_to_id === null ? null : messageIds.indexOf(reply_to_id),
    })),
    firstReads: await database.query(firstReads, [ids, base]),
    mentions: await database.query(mentions, [ids, base]),
  };
}

/** Stores a send by a call, or one by one where the call says so. */
async function store(send: Send, call: Call): Promise<StoreRow> {
  const ask = async ({ statement: each, values }: StoreCall) => (await database.query(each, values))[0] as StoreRow;
  const row = await ask(send.marks_read || call === alone ? call(send) : oneByOneCall([send]));
  return row.outcome === 'one_by_one' ? ask(oneByOneCall([send])) : row;
}

type Call = ((send: Send) => StoreCall) & { mark: string };
const alone: Call = Object.assign((send: Send) => singleCall(send), { mark: 'a' });
const inBatch: Call = Object.assign((send: Send) => batchCall([send]), { mark: 'b' });

test('a send by itself has the outcome, and leaves the rows, of a batch of one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 16 }), async (acts) => {
      const one = await carryOut(acts, alone);
      expect(one).toEqual(await carryOut(acts, inBatch));
    }),
    { numRuns: 150 },
  );
});

test('by both ways at once, from two instances: seq without gaps, once for each client id, markers as they belong', async () => {
  const requests = fc.array(
    fc.record({
      isFirst: fc.boolean(),
      sends: fc.array(
        fc.record({
          place: fc.integer({ min: 0, max: 1 }),
          user: fc.integer({ min: 2, max: 4 }),
          clientId: fc.option(fc.integer({ min: 1, max: 6 })),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { minLength: 2, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(requests, async (wanted) => {
      const ids = [await conversation(1, [1, 2, 3]), await conversation(1, [2, 3])];
      const commits: number[] = [];
      const note = ({ messages }: StoredCommit) => void commits.push(messages.length);
      const one = createMessageStore(database, note);
      const two = createMessageStore(other, note);
      const sends = wanted.map((request) =>
        request.sends.map(
          (send): Send => ({
            conversation_id: ids[send.place] as number,
            sender_id: send.user,
            client_message_id: send.clientId === null ? null : `${send.clientId} ${ids[0]}`,
            type: 'text',
            content: 'hello',
            attachments: [],
            reply_to_id: null,
            mentions: [],
            marks_read: true,
          }),
        ),
      );
      const outcomes = (
        await Promise.all(wanted.map(({ isFirst }, index) => (isFirst ? one : two).store(sends[index] ?? [])))
      ).flat();
      const messages = await database.query(stored, [ids, 0]);

      const made = outcomes.flatMap((each) => (each.outcome === 'stored' ? [each.message.id] : []));
      expect(made.toSorted((a, b) => a - b)).toEqual(messages.map(({ id }) => id).toSorted((a, b) => a - b));
      expect(commits.reduce((sum, count) => sum + count, 0)).toBe(messages.length);
      for (const [index, send] of sends.flat().entries()) {
        const outcome = outcomes[index];
        expect(outcome?.outcome === 'stranger').toBe(send.sender_id === 4);
        if (!outcome || !('message' in outcome)) continue;
        expect(outcome.message).toMatchObject({ conversation_id: send.conversation_id, sender_id: send.sender_id });
        const same = messages.filter(({ id }) => id === outcome.message.id);
        expect(same).toHaveLength(1);
      }
      for (const id of ids) {
        const own = await database.query(stored, [[id], 0]);
        expect(own.map(({ seq }) => seq)).toEqual(own.map((_, index) => index + 1));
        expect((await database.query(heads, [[id]]))[0]?.seq).toBe(own.length);
        for (const { user_id, read_seq } of await database.query(markers, [[id], 0])) {
          const last = own.findLast(({ sender_id }) => sender_id === user_id);
          expect(read_seq).toBe(last?.seq ?? 0);
        }
      }
    }),
    { numRuns: 60 },
  );
});
