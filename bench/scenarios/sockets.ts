import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectLoad, ConnectReport, Target } from '../load/plan.ts';
import { residentBytes } from '../measure/processes.ts';
import { profileWindow } from '../measure/profiles.ts';
import { type Held, holdLoad, runLoad } from '../measure/run-load.ts';
import { connectsRow } from '../report/load-row.ts';
import { counted, type Row } from '../report/row.ts';
import type { RunningSystem } from '../systems/running-system.ts';
import { makeSeveral, range, type ScenarioContext } from './context.ts';

/** Users connect as fast as they can; with `idle` their sockets then stay open and cost memory. */
export interface SocketScenario {
  kind: 'sockets';
  title: string;
  idle: boolean;
  /** One socket each. */
  users: number;
  /** Fewer users for a system that sends every status to every user, so that the run ends. */
  usersOfComparator: number;
  /** Each user is in as many conversations. */
  conversationsEach: number;
  /** People in each of them. */
  people: number;
  /** Every user has been here once before, so that the system knows the user. */
  again?: boolean;
}

/** Handshakes under way at the same time. */
const CONCURRENCY = 64;
/** Files that one load process may open. */
const SOCKETS_PER_PROCESS = 15_000;
/** After this long presence has published all changes and beats have come, in milliseconds. */
const SETTLE_MS = 8_000;
/** After this long what the making of the groups set going has come to rest, in milliseconds. */
const REST_MS = 3_000;
/** Milliseconds after a garbage collection until the operating system has the pages back. */
const COLLECT_MS = 1_500;

/** Connects fresh users of fresh groups. */
export async function runSockets(context: ScenarioContext, name: string, scenario: SocketScenario): Promise<Row[]> {
  const { system } = context;
  const count = context.users ?? (system.name === 'comparator' ? scenario.usersOfComparator : scenario.users);
  const userIds = range(context.takeUsers(count), count);
  await createGroups(system, userIds, scenario);
  const doorName = system.doors.native ? 'native' : 'socket.io';
  const door = system.doors[doorName];
  if (!door) throw new Error(`${system.name} has no door`);
  const target: Target = { door: doorName, ...door, secret: system.secret };
  const plan: ConnectLoad = { kind: 'connects', ...target, userIds, concurrency: CONCURRENCY, hold: false };
  return [
    scenario.idle
      ? await measureIdle(context, name, scenario, plan)
      : await measureConnects(context, name, scenario, plan),
  ];
}

/** Everybody in as many groups as wanted: each round divides the users anew. */
export async function createGroups(
  system: RunningSystem,
  userIds: number[],
  { conversationsEach, people }: Pick<SocketScenario, 'conversationsEach' | 'people'>,
): Promise<void> {
  const perRound = Math.ceil(userIds.length / people);
  await makeSeveral(perRound * conversationsEach, (index) => {
    const round = Math.floor(index / perRound);
    const first = (index % perRound) * people + round * 7;
    return system.createGroup(
      Array.from({ length: people }, (_, place) => userIds[(first + place) % userIds.length] as number),
    );
  });
}

async function measureConnects(
  context: ScenarioContext,
  scenario: string,
  { title, again = false }: SocketScenario,
  plan: ConnectLoad,
): Promise<Row> {
  const { system } = context;
  if (again) await runLoad<ConnectReport>(plan, system.processes);
  const hooks = context.profile ? profileWindow(system.processes, system.profileFolder) : {};
  await delay(REST_MS);
  const measurement = await runLoad<ConnectReport>(plan, system.processes, hooks);
  return connectsRow({ scenario, system: system.name, title }, measurement);
}

async function measureIdle(
  { system }: ScenarioContext,
  scenario: string,
  { title }: SocketScenario,
  plan: ConnectLoad,
): Promise<Row> {
  const readings = [await settledBytes(system)];
  const held: Held<ConnectReport>[] = [];
  const half = Math.ceil(plan.userIds.length / 2);
  try {
    for (const userIds of [plan.userIds.slice(0, half), plan.userIds.slice(half)]) {
      for (let from = 0; from < userIds.length; from += SOCKETS_PER_PROCESS) {
        const part = { ...plan, userIds: userIds.slice(from, from + SOCKETS_PER_PROCESS), hold: true };
        held.push(await holdLoad<ConnectReport>(part));
      }
      await delay(SETTLE_MS);
      readings.push(await settledBytes(system));
    }
    const [before = {}, between = {}, after = {}] = readings;
    const sockets = held.reduce((sum, { report }) => sum + report.connects, 0);
    return {
      scenario,
      system: system.name,
      title,
      figures: {
        sockets,
        bytes_per_socket: growth(before, after, (name) => !isServer(name)) / sockets,
        bytes_per_further_socket: growth(between, after, (name) => !isServer(name)) / (sockets / 2),
        bytes_per_socket_with_servers: growth(before, after, () => true) / sockets,
        connects_per_second: sockets / held.reduce((sum, { report }) => sum + report.seconds, 0),
      },
      cpu_us: {},
      bytes_each: Object.fromEntries(
        Object.entries(after).map(([name, bytes]) => [name, (bytes - (before[name] ?? 0)) / sockets]),
      ),
      load_cores: 0,
      other_cores: 0,
      faults: held.flatMap(({ report }) => counted(report.failed, '')),
    };
  } finally {
    for (const { end } of held) end();
  }
}

function growth(from: Record<string, number>, to: Record<string, number>, counts: (name: string) => boolean): number {
  return Object.entries(to).reduce((sum, [name, bytes]) => (counts(name) ? sum + bytes - (from[name] ?? 0) : sum), 0);
}

function isServer(name: string): boolean {
  return name === 'postgres' || name === 'nats';
}

/** Resident memory by name when the garbage of Node processes is gone. */
async function settledBytes({ processes }: RunningSystem): Promise<Record<string, number>> {
  for (const { name, pid } of processes) if (!isServer(name)) process.kill(pid, 'SIGWINCH');
  await delay(COLLECT_MS);
  return residentBytes(processes);
}
