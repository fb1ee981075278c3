import type { ConnectLoad, ConnectReport, RequestReport } from '../load/plan.ts';
import { profileWindow } from '../measure/profiles.ts';
import { runLoad } from '../measure/run-load.ts';
import { connectsRow, requestsRow } from '../report/load-row.ts';
import type { Row } from '../report/row.ts';
import { createRestCaller, type RestCaller } from '../systems/rest-caller.ts';
import type { RunningSystem } from '../systems/running-system.ts';
import { makeSeveral, range, type ScenarioContext } from './context.ts';
import { createGroups } from './sockets.ts';

/** Accounts of many conversations are brought up to date, on a history of a given size. */
export interface SyncScenario {
  kind: 'sync';
}

/** Requests under way at the same time. Each caller is in every conversation. */
const CALLERS = 8;
const CONVERSATIONS = 1_000;
const PEOPLE = 20;
/** Conversations with a new message since the cursor. */
const CHANGED = 30;
/** Messages stored, unless the arguments name another number. */
const STANDARD_MESSAGES = 200_000;
/** Users who come back at once, unless the arguments name another number. */
const STANDARD_USERS = 5_000;
/** Handshakes under way at the same time. */
const CONCURRENCY = 64;

interface Answer {
  cursor: string;
  has_more: boolean;
  conversations: unknown[];
}

/** Seeds a history, starts the system on it and syncs; a row for each kind of sync, and for users who come back at once. */
export async function runSync(
  context: ScenarioContext,
  name: string,
): Promise<{ rows: Row[]; system: ScenarioContext['system'] }> {
  const messages = context.messages ?? STANDARD_MESSAGES;
  const firstUser = context.takeUsers(PEOPLE);
  const people = range(firstUser, PEOPLE);
  const ids = await makeSeveral(CONVERSATIONS, () => context.system.createGroup(people));
  const [deepId = 0, ...conversationIds] = ids;
  await context.system.seed({ messages, users: PEOPLE, deep: { id: deepId, readers: PEOPLE }, conversationIds });
  const system = await context.system.restart();
  const call = createRestCaller(system.rest[0]?.port ?? 0, system.secret);
  const callers = people.slice(0, CALLERS);

  const cursors = await cursorsOf(call, callers);
  const writer = people.at(-1) ?? 0;
  const measure = (kind: string, title: string, asks: ReadonlyMap<number, string>) =>
    measureRequests(
      { ...context, system },
      `${name}-${kind}`,
      `${title}, ${messages.toLocaleString('en')} messages stored`,
      asks,
    );
  const rows = [
    await measure('first', `first answer of ${CONVERSATIONS} conversations`, new Map(callers.map((id) => [id, '']))),
    await measure('quiet', 'nothing has changed', cursors),
  ];
  for (const id of ids.slice(0, CHANGED))
    await call(writer, 'POST', `/conversations/${id}/messages`, { content: 'new' });
  rows.push(await measure('changed', `${CHANGED} of ${CONVERSATIONS} conversations have changed`, cursors));
  rows.push(...(await measureReturns({ ...context, system }, name, call)));
  return { rows, system };
}

/** Returns a cursor of each user who holds the account. */
async function cursorsOf(call: RestCaller, userIds: readonly number[]): Promise<Map<number, string>> {
  const cursors = await makeSeveral(userIds.length, async (index) => {
    for (let cursor = ''; ; ) {
      const answer = (await call(userIds[index] ?? 0, 'GET', `/changes?limit=100${queryOf(cursor)}`)) as Answer;
      cursor = answer.cursor;
      if (!answer.has_more) return cursor;
    }
  });
  return new Map(userIds.map((id, index) => [id, cursors[index] ?? '']));
}

function queryOf(cursor: string): string {
  return cursor === '' ? '' : `&cursor=${cursor}`;
}

/** Asks again and again with the same cursors; an empty one stands for none. */
async function measureRequests(
  context: ScenarioContext,
  scenario: string,
  title: string,
  cursors: ReadonlyMap<number, string>,
): Promise<Row> {
  const { system, measuredSeconds } = context;
  const [address] = system.rest;
  if (!address) throw new Error('there is no REST');
  const requests = [...cursors].map(([userId, cursor]) => ({
    userId,
    path: `/api/messenger/changes?limit=50${queryOf(cursor)}`,
  }));
  const load = { kind: 'requests' as const, address, secret: system.secret, requests, callers: CALLERS };
  const hooks = context.profile ? profileWindow(system.processes, system.profileFolder) : {};
  const window = { warmUpSeconds: 1, measuredSeconds };
  const measurement = await runLoad<RequestReport>({ ...load, ...window }, system.processes, hooks);
  const size = `${CALLERS} callers, answers of ${Math.round(measurement.report.bodyBytes / 1_024)} KiB`;
  return requestsRow({ scenario, system: system.name, title: `${title}; ${size}` }, measurement);
}

/** Users who come back at once without a sync, and the same users with one each. */
async function measureReturns(context: ScenarioContext, name: string, call: RestCaller): Promise<Row[]> {
  const { system } = context;
  const count = context.users ?? STANDARD_USERS;
  const userIds = range(context.takeUsers(count), count);
  await createGroups(system, userIds, { conversationsEach: 1, people: PEOPLE });
  const cursors = await cursorsOf(call, userIds);
  const plan = planOf(system, userIds);
  const title = `${count.toLocaleString('en')} users come back`;
  return [
    await measureConnects(system, `${name}-none`, `${title} without a sync`, plan),
    await measureConnects(system, `${name}-return`, `${title}, each with a cursor`, {
      ...plan,
      cursors: userIds.map((id) => cursors.get(id) ?? ''),
    }),
  ];
}

function planOf(system: RunningSystem, userIds: number[]): ConnectLoad {
  const door = system.doors.native;
  if (!door) throw new Error('there is no native door');
  return {
    kind: 'connects',
    door: 'native',
    ...door,
    secret: system.secret,
    userIds,
    concurrency: CONCURRENCY,
    hold: false,
  };
}

async function measureConnects(
  system: RunningSystem,
  scenario: string,
  title: string,
  plan: ConnectLoad,
): Promise<Row> {
  const measurement = await runLoad<ConnectReport>(plan, system.processes);
  return connectsRow({ scenario, system: system.name, title }, measurement);
}
