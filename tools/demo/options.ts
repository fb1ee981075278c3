import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Fault } from '../start/fault.ts';

/** The arguments of the demo. */
export interface DemoOptions {
  /** The log to replay. */
  file: string;
  /** The name of the group. */
  title: string;
  /** Lines of the log per second; Infinity: as fast as the system takes them. Undefined: a calm one is chosen. */
  rate: number | undefined;
  help: boolean;
}

/** How the demo is called. */
export const USAGE = `npm run demo [-- [--file LOG] [--rate N]]
  --file LOG   replay a log of lines like "[12:34] <nick> text" instead of the excerpt that comes along
  --rate N     lines per second; 0: as fast as the system takes them (default: 20, or as many as end in 30 s)`;

const EXCERPT = join(dirname(fileURLToPath(import.meta.url)), 'ubuntu-excerpt.txt');
const EXCERPT_TITLE = '#ubuntu, 12 January 2006';

/**
 * Reads the arguments of the demo; a relative path is taken from the folder in which npm was called.
 *
 * @throws Fault naming what is wrong.
 */
export function readOptions(args: string[], callerFolder: string): DemoOptions {
  const values = parse(args);
  if (values.rate !== undefined && !/^\d{1,6}(\.\d{1,3})?$/.test(values.rate)) {
    throw new Fault('--rate must be a number of lines per second, 0 for as fast as possible');
  }
  const file = values.file === undefined ? EXCERPT : resolve(callerFolder, values.file);
  const rate = values.rate === undefined ? undefined : Number(values.rate);
  return {
    file,
    title: file === EXCERPT ? EXCERPT_TITLE : basename(file, extname(file)),
    rate: rate === 0 ? Number.POSITIVE_INFINITY : rate,
    help: values.help ?? false,
  };
}

function parse(args: string[]): { file?: string; rate?: string; help?: boolean } {
  try {
    return parseArgs({
      args,
      options: { file: { type: 'string' }, rate: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    throw new Fault(`${(error as Error).message.split('\n')[0]}; the demo is called as ${USAGE.split('\n')[0]}`);
  }
}
