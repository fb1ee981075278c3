import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { ROOT } from './start/layout.ts';

/** Runs Jest on all tests, or on those that the arguments name; Jest's own closing lines are the last. */
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', process.env.NODE_OPTIONS ?? ''];
const child = spawn(process.execPath, [jest, ...process.argv.slice(2)], {
  cwd: ROOT,
  env: { ...process.env, NODE_OPTIONS: flags.join(' ').trim() },
  stdio: 'inherit',
});
// Jest ends its run in order by itself; this process waits for that.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
const [code] = await once(child, 'exit');
process.exit((code as number | null) ?? 1);
