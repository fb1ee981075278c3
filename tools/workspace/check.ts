import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { ROOT } from '../start/layout.ts';

/** Checks the workspace in whose folder it runs; each check is one line, and its output only when it fails. */
const CHECKS: [title: string, program: string, ...args: string[]][] = [
  ['format', 'biome', 'check', '--error-on-warnings', '.'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings', '.'],
  ['types', 'tsc', '--noEmit', '--project', '.'],
];

const workspace = relative(ROOT, process.cwd());
const failures = CHECKS.filter(([title, program, ...args]) => {
  const bin = join(ROOT, 'node_modules', '.bin', program);
  const { status, stdout, stderr } = spawnSync(bin, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  process.stdout.write(`  ${workspace}: ${title} … ${status === 0 ? 'ok' : 'failed'}\n`);
  if (status !== 0) process.stdout.write(`${stdout}${stderr}`);
  return status !== 0;
});
process.exitCode = failures.length === 0 ? 0 : 1;
