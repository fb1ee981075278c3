import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeProfiles } from './measure/profiles.ts';
import type { BenchOptions } from './options.ts';
import { PROBES } from './probes/table.ts';
import type { Row } from './report/row.ts';
import type { ScenarioContext } from './scenarios/context.ts';
import { runMessages } from './scenarios/messages.ts';
import { runReading } from './scenarios/reading.ts';
import { runSockets } from './scenarios/sockets.ts';
import { SCENARIOS, type Scenario } from './scenarios/table.ts';
import { startComparator } from './systems/comparator.ts';
import type { RunningSystem, SystemName } from './systems/running-system.ts';
import { startVestnik } from './systems/vestnik.ts';
import { readReplay, readTexts } from './texts.ts';

const WARM_UP_SECONDS = 3;

/**
 * Runs everything that was asked for, system by system.
 *
 * @param rows takes the rows as they come, so that those before a failure are there
 */
export async function runAll(
  options: BenchOptions,
  profileFolder: string,
  rows: Row[],
  say: (line: string) => void,
): Promise<void> {
  for (const name of options.names) {
    const probe = PROBES[name];
    if (!probe) continue;
    say(`  ${name} …`);
    rows.push(await probe(name));
  }
  const texts = options.texts === undefined ? undefined : await readTexts(options.texts);
  for (const systemName of options.systems) {
    let system: RunningSystem | undefined;
    let users = 1;
    try {
      for (const name of options.names) {
        const scenario = await scenarioOf(name, options);
        if (!scenario || !(scenario.systems ?? [systemName]).includes(systemName)) continue;
        if (scenario.onFreshSystem) {
          await system?.stop();
          system = undefined;
        }
        const folder = join(profileFolder, `${systemName}-${name}`);
        await mkdir(folder, { recursive: true });
        system = await started(system, systemName, options, folder);
        say(`  ${systemName}: ${name} …`);
        const context: ScenarioContext = {
          system,
          texts,
          warmUpSeconds: WARM_UP_SECONDS,
          measuredSeconds: options.measuredSeconds,
          profile: options.profile,
          takeUsers(count) {
            users += count;
            return users - count;
          },
        };
        const outcome = await run(context, name, scenario);
        system = outcome.system;
        rows.push(...outcome.rows);
        if (options.profile) say(`\n${folder}\n${await describeProfiles(folder)}`);
        if (scenario.onFreshSystem) {
          await system.stop();
          system = undefined;
        }
      }
    } catch (error) {
      if (system) say(`${systemName} said last:\n${await system.lastWords()}`);
      throw error;
    } finally {
      await system?.stop();
    }
  }
}

/** A system for the next scenario: the one that runs, unless its profiles are to lie elsewhere. */
async function started(
  running: RunningSystem | undefined,
  name: SystemName,
  { instances, profile }: BenchOptions,
  profileFolder: string,
): Promise<RunningSystem> {
  if (running && !profile) return running;
  await running?.stop();
  return name === 'vestnik' ? startVestnik({ instances, profileFolder }) : startComparator({ profileFolder });
}

async function run(
  context: ScenarioContext,
  name: string,
  scenario: Scenario,
): Promise<{ rows: Row[]; system: RunningSystem }> {
  if (scenario.kind === 'reading') return runReading(context, name, scenario);
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
