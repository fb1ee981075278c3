import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds the package and judges it: its size, and what those who install it meet. One line each, and output only on failure. */
const HERE = import.meta.dirname;
const BIN = join(HERE, '..', '..', 'node_modules', '.bin');
const CHECKS: [title: string, program: string, ...args: string[]][] = [
  ['build', process.execPath, '--disable-warning=ExperimentalWarning', join(HERE, 'build.ts')],
  ['size', join(BIN, 'size-limit')],
  ['package', join(BIN, 'publint'), '--strict', join(HERE, 'dist')],
  ['types of the package', join(BIN, 'attw'), '--pack', join(HERE, 'dist'), '--profile', 'esm-only'],
];

for (const [title, program, ...args] of CHECKS) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: HERE, encoding: 'utf8' });
  process.stdout.write(`  libs/client: ${title} … ${status === 0 ? 'ok' : 'failed'}\n`);
  if (status === 0) continue;
  process.stdout.write(`${stdout}${stderr}`);
  process.exitCode = 1;
  break;
}
