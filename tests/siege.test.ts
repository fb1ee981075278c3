import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The environment of the command: nothing but where things are, and how slow this machine is. */
const ENVIRONMENT = ['PATH', 'TMPDIR', 'VESTNIK_TEST_SLOWNESS'] as const;

/** Runs the command and returns the cells of its table, a row for each attack. How fast the machine is does not matter. */
function siege(...args: string[]): Promise<string[][]> {
  return new Promise((resolve, reject) => {
    const command = ['--disable-warning=ExperimentalWarning', 'tools/siege.ts', ...args];
    const env = Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]]));
    execFile(process.execPath, command, { cwd: ROOT, env }, (error, output, errors) => {
      const rows = output.split('\n').map((line) => line.trim().split(/\s+/));
      const table = rows.filter(([name]) => args.includes(name ?? ''));
      if (table.length > 0) resolve(table);
      else reject(new Error(`${error?.message}\n${output}\n${errors}`));
    });
  });
}

const ATTACKS = ['contention', 'strangers', 'webhooks', 'flood', 'tokenless'];

test('an innocent user is answered, and a push arrives, while others contend for one group, flood, or hang', async () => {
  const table = await siege('--seconds', '2', '--rounds', '1', ...ATTACKS.flatMap((name) => ['--only', name]));
  for (const [name, answered, refused] of table) {
    expect({ name, refused }).toEqual({ name, refused: '0' });
    expect(Number(answered)).toBeGreaterThan(0);
  }
  expect(table.map(([name]) => name).toSorted()).toEqual(ATTACKS.toSorted());
});
