import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../tools/start/fault.ts';
import { ROOT } from '../../tools/start/layout.ts';
import type { Machine } from '../machine.ts';
import type { Ratio } from './ratios.ts';
import type { Row } from './row.ts';

/** One run. */
export interface Result {
  machine: Machine;
  rows: Row[];
  ratios: Ratio[];
}

const RESULTS = new URL('../results/', import.meta.url);
const BASELINE = new URL('../baseline.json', import.meta.url);

/** Writes a run to `bench/results/`, under its time and commit and as `latest.json`; returns the file. */
export async function writeResult(result: Result): Promise<string> {
  await mkdir(RESULTS, { recursive: true });
  const { at, commit } = result.machine;
  const file = new URL(`${at.slice(0, 19).replaceAll(':', '-')}-${commit}.json`, RESULTS);
  for (const each of [file, new URL('latest.json', RESULTS)]) await write(each, result);
  return relative(ROOT, fileURLToPath(file));
}

/** Makes a run the one that later ones are compared with. */
export async function writeBaseline(result: Result): Promise<void> {
  await write(BASELINE, result);
}

/**
 * The run that others are compared with.
 *
 * @throws Fault when there is none.
 */
export async function readBaseline(): Promise<Result> {
  const text = await readFile(BASELINE, 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new Fault('there is no bench/baseline.json: make one with npm run bench -- --save-baseline');
  return JSON.parse(text) as Result;
}

async function write(file: URL, result: Result): Promise<void> {
  const text = JSON.stringify(result, (_, value: unknown) => (typeof value === 'number' ? rounded(value) : value), 2);
  await writeFile(file, `${text}\n`);
}

/** Six significant digits are more than any figure here is good for. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}
