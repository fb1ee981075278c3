import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Send } from '@vestnik/contracts';
import { KEYED_ACCESS, type Statement } from '@vestnik/database';
import pg from 'pg';
import { historyStatements } from '../src/store/history.ts';
import { batchCall, type StoreCall, singleCall } from '../src/store/sends.ts';
import { summaries } from '../src/store/summaries.ts';
import { unreadOfUsers } from '../src/store/unread.ts';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

/** Messages in the table; one conversation holds half of them. */
const MESSAGES = 240_000;
const LARGE = 50_001;
const SMALL = 50_002;
const READER = 7_001;

let service: ServiceUnderTest;
let client: pg.Client;

beforeAll(async () => {
  service = await startServiceUnderTest();
  client = new pg.Client({ connectionString: service.servers.adminUrl });
  await client.connect();
  await client.query('set search_path = messages');
  for (const [name, value] of Object.entries(KEYED_ACCESS)) await client.query(`set ${name} = ${value}`);
  await client.query(`
    insert into conversations (id, version, seq, last_sender_id, activity_at)
    select 50000 + n, 1,
      case when n = 1 then ${MESSAGES / 2} when n = 2 then 60 when n <= 1002 then ${MESSAGES / 2} / 1000 else 0 end,
      1, now() - n * interval '1 second'
    from generate_series(1, 30000) n;
    insert into members (conversation_id, user_id, read_seq, delivered_seq, joined_seq)
    select id, user_id, 0, 0, 0 from conversations, (values (1), (${READER})) u (user_id)
    where user_id = 1 or id <= 50020;
    insert into messages (conversation_id, seq, sender_id, type, content, created_at)
    select c.id, s, 1, 'text', 'message ' || s, now() from conversations c, generate_series(1, c.seq) s;
  `);
  await client.query('analyze');
});
afterAll(async () => {
  await client?.end();
  await service?.stop();
});

/** A statement's buffers and the tables that it read from end to end. */
async function cost({ text }: Statement<unknown>, values: unknown[]): Promise<{ buffers: number; scans: string[] }> {
  const { rows } = await client.query(`explain (analyze, buffers, format json) ${text}`, values);
  const root = rows[0]['QUERY PLAN'][0].Plan as Plan;
  return { buffers: root['Shared Hit Blocks'] + root['Shared Read Blocks'], scans: sequentialScans(root) };
}

/** The SQL functions that a statement calls for each row, since Postgres did not inline them. */
async function calls({ text }: Statement<unknown>, values: unknown[]): Promise<string[]> {
  const { rows } = await client.query(`explain (format json) ${text}`, values);
  return [...JSON.stringify(rows).matchAll(/"Function Name":"(\w+)"/g)].map(([, name = '']) => name);
}

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Plan[];
}

function sequentialScans(plan: Plan): string[] {
  const own = plan['Node Type'] === 'Seq Scan' && plan['Relation Name'] ? [plan['Relation Name']] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(sequentialScans)];
}

describe(`with ${MESSAGES.toLocaleString('en')} messages stored`, () => {
  test('a page of history reads an index range, as much in a long conversation as in a short one, however deep', async () => {
    const page = (conversation: number, place: number) => [[READER], [conversation], [place], [51]];
    const newest = await cost(historyStatements.before, page(LARGE, Number.MAX_SAFE_INTEGER));
    const deep = await cost(historyStatements.before, page(LARGE, 1_000));
    const offset = await cost(historyStatements.offset, page(LARGE, 100_000));
    const after = await cost(historyStatements.after, page(LARGE, 60_000));
    const short = await cost(historyStatements.before, page(SMALL, Number.MAX_SAFE_INTEGER));
    for (const each of [newest, deep, offset, after]) {
      expect(each.scans.filter((table) => table === 'messages')).toEqual([]);
      expect(each.buffers).toBeLessThan(short.buffers * 1.5 + 20);
    }
  });

  test('a conversation list reads the caller’s conversations and their newest messages, not the history', async () => {
    const list = await cost(summaries, [[READER], [null], [null], [null], [21]]);
    expect(list.scans).toEqual([]);
    expect(list.buffers).toBeLessThan(20 * 30);
    expect(await calls(summaries, [[READER], [null], [null], [null], [21]])).toEqual([]);
    const one = await cost(summaries, [[1], [null], [null], [LARGE], [2]]);
    expect(one.scans).toEqual([]);
    expect(one.buffers).toBeLessThan(50);
  });

  test('an unread count is arithmetic on heads and markers', async () => {
    const unread = await cost(unreadOfUsers, [[READER]]);
    expect(await calls(unreadOfUsers, [[READER]])).toEqual(['unnest']);
    expect(unread.scans).toEqual([]);
    expect(unread.buffers).toBeLessThan(20 * 15);
    expect(await service.unread(READER)).toBe(MESSAGES / 2 + 60 + 18 * 120);
  });

  test('storing a message touches as much as in an empty conversation', async () => {
    const send = (conversation: number): Send => ({
      conversation_id: conversation,
      sender_id: 1,
      client_message_id: null,
      type: 'text',
      content: 'x',
      attachments: [],
      reply_to_id: null,
      mentions: [],
      marks_read: true,
    });
    const costOf = ({ statement, values }: StoreCall) => cost(statement, values);
    for (const call of [(one: Send) => singleCall(one), (one: Send) => batchCall([one])]) {
      // The first call plans the statements inside the function.
      await costOf(call(send(SMALL)));
      const long = await costOf(call(send(LARGE)));
      const short = await costOf(call(send(SMALL)));
      expect(long.buffers).toBeLessThan(short.buffers * 1.5 + 20);
    }
  });
});
