import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './start/layout.ts';
import { progressOn } from './start/progress.ts';

const run = promisify(execFile);

const FOLDERS = ['libs', 'services', 'tools', 'tests', 'bench'].filter((folder) => existsSync(join(ROOT, folder)));

/** Every check of the code itself; each is one line with its seconds, and its output only when it fails. */
const CHECKS: [title: string, command: string, ...args: string[]][] = [
  ['Format and order of imports (biome)', 'biome', 'check', '--error-on-warnings'],
  ['Lint (oxlint)', 'oxlint', '--type-aware', '--deny-warnings'],
  ['Types (tsc)', 'tsc', '--noEmit'],
  ['Boundaries (dependency-cruiser)', 'depcruise', '--config', '.dependency-cruiser.mjs', ...FOLDERS],
  ['Unused code and dependencies (knip)', 'knip', '--treat-config-hints-as-errors'],
];

const progress = progressOn(process.stdout);
const failures: string[] = [];
for (const [title, command, ...args] of CHECKS) {
  const program = join(ROOT, 'node_modules', '.bin', command);
  try {
    await progress.step(title, () => run(program, args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 }));
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    progress.say(`${stdout}${stderr}`);
    failures.push(title);
  }
}
progress.say(failures.length === 0 ? 'All checks passed' : `Failed: ${failures.join(', ')}`);
process.exitCode = failures.length === 0 ? 0 : 1;
