import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from '../tools/start/fault.ts';
import { PROBES } from './probes/table.ts';
import { SCENARIOS } from './scenarios/table.ts';
import type { SystemName } from './systems/running-system.ts';

/** The arguments of a bench. */
export interface BenchOptions {
  /** Scenarios and probes, in the order of the table. */
  names: string[];
  systems: SystemName[];
  instances: string | undefined;
  /** Folder or file with logs whose texts are sent. */
  texts: string | undefined;
  /** Times real time of a replay. */
  speed: number;
  measuredSeconds: number;
  /** Sockets of the scenarios that connect; each has its own number when not given. */
  users: number | undefined;
  /** Messages of a history to search in or to sync; 200,000 when not given. */
  messages: number | undefined;
  /** Folder of a system that stays behind a search, for the next call; a folder of its own, removed afterwards, when not given. */
  data: string | undefined;
  profile: boolean;
  /** Writes the result to `bench/baseline.json` too. */
  saveBaseline: boolean;
  help: boolean;
}

/** How a bench is called. */
export const USAGE = `npm run bench [-- NAME … [options]]
  NAME             ${Object.keys(SCENARIOS).join(' ')}
                   ${Object.keys(PROBES).join(' ')}
                   or a beginning of names, as "rest" or "probe"; the whole table when none is given
  --only SYSTEM    vestnik or comparator alone
  --seconds N      length of the measured window (default 8)
  --texts PATH     real texts, from a log or a folder of logs of lines like "[12:34] <nick> text";
                   without a path ("--texts=") the excerpt of the demo
  --speed N        a replay goes at N times real time (default 60)
  --users N        sockets of connects, idle-memory and return-5000, and users who come back in sync
  --messages N     messages that search looks through, and that sync finds stored (default 200,000)
  --data FOLDER    search: keeps the system there, with the history and the index that a call fills once
  --instances LIST processes of Vestnik's services, as "gateway=2,messages=2"
  --profile        processor profiles of the Node processes: the files, and their top functions
  --save-baseline  what "npm run bench:check" compares with from now on`;

/** Scenarios that run one after another, with warm-up, before each window. */
const SECONDS = { least: 1, most: 600, standard: 8 };

/** The scenarios and probes of the whole table. */
const WHOLE_TABLE: readonly string[] = [...Object.keys(PROBES), ...Object.keys(SCENARIOS)].filter(
  (name) => !SCENARIOS[name]?.byNameOnly,
);

/**
 * Reads the arguments.
 *
 * @param standard what is run when no name is given
 * @throws Fault naming what is wrong.
 */
export function readOptions(args: string[], standard: readonly string[] = WHOLE_TABLE): BenchOptions {
  const { values, positionals } = parse(args);
  const only = values.only;
  if (only !== undefined && only !== 'vestnik' && only !== 'comparator') {
    throw new Fault(`--only "${only}" is no system: use vestnik or comparator`);
  }
  return {
    names: positionals.length === 0 ? [...standard] : namesOf(positionals),
    systems: only ? [only] : ['vestnik', 'comparator'],
    instances: values.instances,
    texts: values.texts,
    speed: numberOf('--speed', values.speed, 60, 1, 100_000),
    measuredSeconds: numberOf('--seconds', values.seconds, SECONDS.standard, SECONDS.least, SECONDS.most),
    users: values.users === undefined ? undefined : numberOf('--users', values.users, 1, 1, 200_000),
    messages: values.messages === undefined ? undefined : numberOf('--messages', values.messages, 1, 1_000, 20_000_000),
    data: values.data === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', values.data),
    profile: values.profile ?? false,
    saveBaseline: values['save-baseline'] ?? false,
    help: values.help ?? false,
  };
}

function namesOf(wanted: string[]): string[] {
  const known = [...Object.keys(PROBES), ...Object.keys(SCENARIOS)];
  for (const name of wanted) {
    if (!known.some((each) => each.startsWith(name)))
      throw new Fault(`"${name}" is no scenario; there are ${known.join(', ')}`);
  }
  return known.filter((name) => wanted.includes(name) || wanted.some((each) => isBeginning(each, name)));
}

/** "rest" stands for all that begin with it; "direct-1" is a name of its own and not the beginning of "direct-16". */
function isBeginning(wanted: string, name: string): boolean {
  return !(wanted in SCENARIOS) && !(wanted in PROBES) && name.startsWith(wanted) && !SCENARIOS[name]?.byNameOnly;
}

function numberOf(option: string, text: string | undefined, standard: number, least: number, most: number): number {
  if (text === undefined) return standard;
  const value = Number(text);
  if (!(value >= least && value <= most)) throw new Fault(`${option} must be a number from ${least} to ${most}`);
  return value;
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        seconds: { type: 'string' },
        texts: { type: 'string' },
        speed: { type: 'string' },
        users: { type: 'string' },
        messages: { type: 'string' },
        instances: { type: 'string' },
        data: { type: 'string' },
        profile: { type: 'boolean' },
        'save-baseline': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Fault(`${(error as Error).message.split('\n')[0]}; a bench is called as ${USAGE.split('\n')[0]}`);
  }
}
