import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../tools/start/fault.ts';
import type { BenchOptions } from './options.ts';
import type { Row } from './report/row.ts';
import { runAll } from './run-all.ts';

/**
 * Runs a bench in the terminal: progress on stderr, and Ctrl-C stops everything in order. Resolves when nothing is left
 * behind but, with `--profile`, the profiles.
 *
 * @param rows takes the rows as they come
 * @throws Fault when it was stopped
 */
export async function runInTerminal(options: BenchOptions, rows: Row[]): Promise<void> {
  const unwanted = new AbortController();
  const stop = () => unwanted.abort(new Fault('stopped'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
  const profileFolder = await mkdtemp(join(tmpdir(), 'vestnik-profiles-'));
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  try {
    await runAll(options, { profileFolder, rows, say, signal: unwanted.signal });
  } finally {
    if (!options.profile) await rm(profileFolder, { recursive: true, force: true });
  }
}
