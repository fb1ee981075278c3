import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Fault } from '../start/fault.ts';

/** The arguments of chaos. */
export interface ChaosOptions {
  /** The log that is replayed, from the beginning again when it ends. */
  file: string;
  /** Decides which faults come when; the same seed, the same faults. */
  seed: number;
  /** How long faults go on. */
  seconds: number;
  /** Rounds of faults at most; then it ends early. */
  rounds: number;
  /** Clients, each of a user of its own. */
  clients: number;
  /** Lines per second. */
  rate: number;
  /** Whether the bus is a cluster of three nats-servers, of which one at a time is taken away. */
  natsCluster: boolean;
}

/** How chaos is called. */
export const USAGE = `npm run chaos [-- [--seconds N] [--seed N] [--clients N] [--rate N] [--rounds N] [--nats-servers 3] [--file LOG]]
  --seconds N    how long faults go on, up to 3000 (default: 60)
  --seed N       repeats the faults of another run (default: one of its own, which is printed)
  --clients N    clients, 4 to 200 (default: 24)
  --rate N       lines of the log per second (default: 40)
  --rounds N     ends after so many rounds of faults (default: when the time is over)
  --nats-servers 3   a cluster of three nats-servers, of which one at a time is killed or frozen (default: 1)
  --file LOG     a log of lines like "[12:34] <nick> text" (default: the excerpt that comes along with the demo)`;

const EXCERPT = join(dirname(fileURLToPath(import.meta.url)), '..', 'demo', 'ubuntu-excerpt.txt');
/** The clients' tokens are good for an hour. */
const LONGEST_SECONDS = 3_000;
const MOST_ROUNDS = 100_000;
const SEEDS = 2 ** 32;

/**
 * Reads the arguments of chaos; a relative path is taken from the folder in which npm was called. Undefined when help was
 * asked for.
 *
 * @throws Fault naming what is wrong.
 */
export function readOptions(args: string[], callerFolder: string): ChaosOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const number = (name: keyof typeof values, standard: number, least: number, most: number) => {
    const text = values[name];
    if (text === undefined) return standard;
    const value = Number(text);
    if (!/^\d{1,10}$/.test(String(text)) || value < least || value > most) {
      throw new Fault(`--${name} must be a whole number from ${least} to ${most}`);
    }
    return value;
  };
  return {
    file: values.file === undefined ? EXCERPT : resolve(callerFolder, values.file),
    seed: number('seed', Math.floor(Math.random() * SEEDS), 0, SEEDS - 1),
    seconds: number('seconds', 60, 1, LONGEST_SECONDS),
    rounds: number('rounds', MOST_ROUNDS, 1, MOST_ROUNDS),
    clients: number('clients', 24, 4, 200),
    rate: number('rate', 40, 1, 1_000),
    natsCluster: readNatsServers(values['nats-servers']) === 3,
  };
}

function readNatsServers(text = '1'): number {
  if (text !== '1' && text !== '3') throw new Fault('--nats-servers must be 1 or 3');
  return Number(text);
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args,
      options: {
        file: text,
        seed: text,
        seconds: text,
        rounds: text,
        clients: text,
        rate: text,
        'nats-servers': text,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new Fault(`${(error as Error).message.split('\n')[0]}; chaos is called as ${USAGE.split('\n')[0]}`);
  }
}
