import type { RequestReport } from '../load/plan.ts';
import { profileWindow } from '../measure/profiles.ts';
import { runLoad } from '../measure/run-load.ts';
import { counted, cpuOf, type Row } from '../report/row.ts';
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
    const { report, cpu, loadCores, otherCores } = await runLoad<RequestReport>(load, system.processes, hooks);
    const { cpu_us, cpu_s_per_1000 } = cpuOf(cpu, report.requests);
    rows.push({
      scenario: `${name}-${kind}`,
      system: system.name,
      title: `${title}, ${messages.toLocaleString('en')} messages stored`,
      figures: {
        requests_per_second: report.requests / report.seconds,
        p50_ms: report.latency.p50,
        p99_ms: report.latency.p99,
        max_ms: report.latency.max,
        cpu_s_per_1000,
      },
      cpu_us,
      load_cores: loadCores,
      other_cores: otherCores,
      faults: counted(report.failed, 'status'),
    });
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
