import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../start/layout.ts';

/** The arguments with which Jest tests whole workspaces and writes their results. */
export function jestFlags(): string[] {
  const writeResults = join(ROOT, 'tools', 'workspace', 'write-results.ts');
  return ['--ci', '--passWithNoTests', '--reporters=default', `--reporters=${writeResults}`];
}

/** Runs Jest with the configuration of the repository and returns its exit code. Jest ends in order on a signal. */
export async function runJest(args: readonly string[], environment: Record<string, string> = {}): Promise<number> {
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', process.env.NODE_OPTIONS ?? ''];
  const child = spawn(process.execPath, [jest, `--config=${join(ROOT, 'jest.config.mjs')}`, ...args], {
    env: { ...process.env, ...environment, NODE_OPTIONS: flags.join(' ').trim() },
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  return (code as number | null) ?? 1;
}
