import { parseArgs } from 'node:util';
import { Fault } from '../start/fault.ts';
import { ATTACKS } from './attacks.ts';
import type { Attack } from './target.ts';

/** The arguments of a siege. */
export interface Options {
  /** Seconds of each round of an attack. */
  seconds: number;
  /** Rounds of each attack; of the times the median over the rounds is judged. */
  rounds: number;
  attacks: readonly Attack[];
}

/** How a siege is called. */
export const USAGE = `npm run siege [-- [--seconds N] [--rounds N] [--only NAME]…]
  --seconds N    how long each round of an attack goes on, 2 to 3000 (default: 10)
  --rounds N     rounds of each attack, 1 to 9 (default: 3); of the times the median counts
  --only NAME    one attack, also several times: ${ATTACKS.map(({ name }) => name).join(', ')} (default: all)`;

/**
 * Reads the arguments of a siege. Undefined when help was asked for.
 *
 * @throws Fault naming what is wrong.
 */
export function readOptions(args: string[]): Options | undefined {
  const { seconds = '10', rounds = '3', only = [], help } = parse(args);
  if (help) return undefined;
  if (!/^\d{1,4}$/.test(seconds) || Number(seconds) < 2 || Number(seconds) > 3_000) {
    throw new Fault('--seconds must be a whole number from 2 to 3000');
  }
  if (!/^[1-9]$/.test(rounds)) throw new Fault('--rounds must be a whole number from 1 to 9');
  const unknown = only.find((name) => !ATTACKS.some((attack) => attack.name === name));
  if (unknown !== undefined) throw new Fault(`there is no attack ${unknown}; siege is called as\n${USAGE}`);
  const attacks = only.length === 0 ? ATTACKS : ATTACKS.filter(({ name }) => only.includes(name));
  return { seconds: Number(seconds), rounds: Number(rounds), attacks };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        only: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new Fault(`${(error as Error).message.split('\n')[0]}; siege is called as\n${USAGE}`);
  }
}
