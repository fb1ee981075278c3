import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs the command and returns the cells of its table, a row for each attack. How fast the machine is does not matter. */
function siege(...args: string[]): Promise<string[][]> {
  return new Promise((resolve, reject) => {
    const command = ['--disable-warning=ExperimentalWarning', 'tools/siege.ts', ...args];
    const env = { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] };
    execFile(process.execPath, command, { cwd: ROOT, env }, (error, output, errors) => {
      const rows = output.split('\n').map((line) => line.trim().split(/\s+/));
      const table = rows.filter(([name]) => args.includes(name ?? ''));
      if (table.length > 0) resolve(table);
      else reject(new Error(`${error?.message}\n${output}\n${errors}`));
    });
  });
}

test('an innocent user is answered while others contend for one group, and write to strangers', async () => {
  const table = await siege('--seconds', '2', '--only', 'contention', '--only', 'strangers');
  for (const [name, answered, refused, frozen] of table) {
    expect({ name, refused, frozen }).toEqual({ name, refused: '0', frozen: '0' });
    expect(Number(answered)).toBeGreaterThan(0);
  }
  expect(table.map(([name]) => name)).toEqual(['contention', 'strangers']);
});
