import type { RequestReport } from '../load/plan.ts';
import { profileWindow } from '../measure/profiles.ts';
import { runLoad } from '../measure/run-load.ts';
import { requestsRow } from '../report/load-row.ts';
import type { Row } from '../report/row.ts';
import type { History, ReadPaths } from '../systems/running-system.ts';
import { makeSeveral, range, type ScenarioContext } from './context.ts';

/** REST is read on a history of a given size. */
export interface ReadScenario {
  kind: 'reading';
  /** Messages stored. */
  messages: number;
}

const CALLERS = 16;
const USERS = 1_000;
/** Conversations of 20 people each; every user is in 20 of them. */
const CONVERSATIONS = 1_000;
const PEOPLE = 20;
/** Reading varies little: a window of seconds tells. */
const WINDOW = { warmUpSeconds: 1, measuredSeconds: 3 };

const TITLES: Record<keyof ReadPaths, string> = {
  list: 'conversation list',
  first: 'first page',
  deep: 'deep page',
  unread: 'unread count',
};

/** Seeds a history, starts the system again on it and reads; a row for each kind of request. */
export async function runReading(
  context: ScenarioContext,
  name: string,
  { messages }: ReadScenario,
): Promise<{ rows: Row[]; system: ScenarioContext['system'] }> {
  const firstUser = context.takeUsers(USERS);
  const history = await createHistory(context, firstUser, messages);
  await context.system.seed(history);
  const system = await context.system.restart();
  const hooks = context.profile ? profileWindow(system.processes, system.profileFolder) : {};
  const paths = system.readPaths(history);
  const rows: Row[] = [];
  for (const [kind, title] of Object.entries(TITLES) as [keyof ReadPaths, string][]) {
    const [address] = system.rest;
    if (!address) break;
    const requests = range(firstUser, history.deep.readers).map((userId) => ({ userId, path: paths[kind] }));
    const load = { kind: 'requests' as const, address, secret: system.secret, requests, callers: CALLERS, ...WINDOW };
    const measurement = await runLoad<RequestReport>(load, system.processes, hooks);
    const stored = `${title}, ${messages.toLocaleString('en')} messages stored`;
    rows.push(requestsRow({ scenario: `${name}-${kind}`, system: system.name, title: stored }, measurement));
  }
  return { rows, system };
}

async function createHistory({ system }: ScenarioContext, firstUser: number, messages: number): Promise<History> {
  const deepId = await system.createGroup(range(firstUser, PEOPLE));
  const conversationIds = await makeSeveral(CONVERSATIONS, (index) => {
    const round = Math.floor((index * PEOPLE) / USERS);
    const first = (index * PEOPLE) % USERS;
    return system.createGroup(range(first + round * 7, PEOPLE).map((place) => firstUser + (place % USERS)));
  });
  return { messages, users: USERS, deep: { id: deepId, readers: PEOPLE }, conversationIds };
}
