import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeProfiles } from './measure/profiles.ts';
import type { BenchOptions } from './options.ts';
import { failedRow, type Row } from './report/row.ts';
import type { ScenarioContext } from './scenarios/context.ts';
import { runMessages } from './scenarios/messages.ts';
import { runReading } from './scenarios/reading.ts';
import { runReturns } from './scenarios/returns.ts';
import { runSearch } from './scenarios/search.ts';
import { runSockets } from './scenarios/sockets.ts';
import { runSync } from './scenarios/sync.ts';
import { SCENARIOS, type Scenario } from './scenarios/table.ts';
import { startComparator } from './systems/comparator.ts';
import type { RunningSystem, SystemName } from './systems/running-system.ts';
import { startVestnik, type VestnikOptions } from './systems/vestnik.ts';
import { readReplay } from './texts.ts';

const WARM_UP_SECONDS = 3;

/** The results of a run, filled while it goes. */
export interface RunParts {
  /** Where profiles lie, in a folder for each scenario. */
  profileFolder: string;
  /** Takes the rows as they come, so that those before a failure are there. */
  rows: Row[];
  /** Progress, a line at a time. */
  say(line: string): void;
  /** Aborted to end early: everything is stopped and removed before the run rejects. */
  signal: AbortSignal;
}

/** Options of a run with what was read for it. */
export type SystemOptions = BenchOptions & { loadTexts: string[] | undefined };

/** Runs the scenarios of one system one after another, on one boot where nothing speaks against it. */
export async function runSystem(name: SystemName, options: SystemOptions, parts: RunParts): Promise<void> {
  let running: RunningSystem | undefined;
  let users = 1;
  const stop = async () => {
    const stopping = running;
    running = undefined;
    await stopping?.stop();
  };
  try {
    for (const scenarioName of options.names) {
      const scenario = await scenarioOf(scenarioName, options);
      if (!scenario || !(scenario.systems ?? [name]).includes(name)) continue;
      const isAlone = scenario.onFreshSystem === true || options.profile;
      if (isAlone) await stop();
      parts.signal.throwIfAborted();
      parts.say(`  ${name}: ${scenarioName} …`);
      const profileFolder = join(parts.profileFolder, `${name}-${scenarioName}`);
      try {
        await mkdir(profileFolder, { recursive: true });
        running ??= await start(name, {
          instances: options.instances ?? scenario.instances,
          profileFolder,
          dataDir: scenario.kind === 'search' ? options.data : undefined,
        });
        const context: ScenarioContext = {
          system: running,
          texts: options.loadTexts,
          warmUpSeconds: WARM_UP_SECONDS,
          measuredSeconds: options.measuredSeconds,
          users: options.users,
          messages: options.messages,
          profile: options.profile,
          takeUsers(count) {
            users += count;
            return users - count;
          },
        };
        const outcome = await unlessAborted(run(context, scenarioName, scenario), parts.signal);
        running = outcome.system;
        parts.rows.push(...outcome.rows);
        if (options.profile) parts.say(`\n${profileFolder}\n${await describeProfiles(profileFolder)}`);
      } catch (error) {
        if (parts.signal.aborted) throw error;
        parts.rows.push(failedRow(scenarioName, name, error));
        if (running) parts.say(`${name} said last:\n${await running.lastWords()}`);
        await stop();
      }
      if (isAlone) await stop();
    }
  } finally {
    await stop();
  }
}

function start(name: SystemName, options: VestnikOptions): Promise<RunningSystem> {
  return name === 'vestnik' ? startVestnik(options) : startComparator(options);
}

/** Resolves with the rows and with the system that runs then: reading starts it again. */
async function run(
  context: ScenarioContext,
  name: string,
  scenario: Scenario,
): Promise<{ rows: Row[]; system: RunningSystem }> {
  if (scenario.kind === 'reading') return runReading(context, name, scenario);
  if (scenario.kind === 'search') return runSearch(context, name);
  if (scenario.kind === 'sync') return runSync(context, name);
  if (scenario.kind === 'returns') return { rows: await runReturns(context, name, scenario), system: context.system };
  const rows =
    scenario.kind === 'messages'
      ? await runMessages(context, name, scenario)
      : await runSockets(context, name, scenario);
  return { rows, system: context.system };
}

/** The scenario of a name; a replay takes its people and times from a log. */
async function scenarioOf(name: string, { texts, speed }: BenchOptions): Promise<Scenario | undefined> {
  const scenario = SCENARIOS[name];
  if (scenario?.kind !== 'messages' || scenario.pace.kind !== 'replay') return scenario;
  const { people, lines } = await readReplay(texts ?? '', speed);
  return { ...scenario, people, senders: people, pace: { kind: 'replay', lines } };
}

/** Gives up waiting when the signal says so; what still goes on ends with the processes that it works on. */
async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  work.catch(() => undefined);
  return Promise.race([work, aborted]);
}
