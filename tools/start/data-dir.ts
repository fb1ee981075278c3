import { existsSync } from 'node:fs';
import { access, constants, link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isRunning, stopStale } from '@vestnik/servers';
import { Fault } from './fault.ts';
import type { Layout } from './layout.ts';
import { rotateLogs } from './rotate-logs.ts';

/**
 * Makes the data folder, locks it for this process, and stops services that a killed run left behind.
 * @returns unlocks the folder
 * @throws Fault when another start holds the lock; the system's error when the folder is not writable
 */
export async function takeDataDir(layout: Layout): Promise<() => Promise<void>> {
  for (const folder of [layout.dataDir, layout.logs, layout.run]) await makeFolder(folder);
  await access(layout.run, constants.W_OK);
  await lock(layout);
  try {
    await stopLeftServices(layout);
    await rotateLogs(layout.logs);
  } catch (error) {
    await rm(layout.lock, { force: true });
    throw error;
  }
  return () => rm(layout.lock, { force: true });
}

/**
 * Makes a folder and its parents, for this user alone. It makes one at a time, since Node's recursive `mkdir` never ends in
 * file systems such as /proc.
 * @throws the system's error when that is not possible
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || existsSync(dirname(folder))) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder, { mode: 0o700 });
  }
}

async function lock(layout: Layout): Promise<void> {
  const mine = `${layout.lock}.${process.pid}`;
  // The file is written first and linked then, so that no process sees a lock without its owner's id.
  await writeFile(mine, String(process.pid));
  try {
    for (;;) {
      try {
        await link(mine, layout.lock);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = Number(await readFile(layout.lock, 'utf8').catch(() => '0'));
      if (owner > 0 && owner !== process.pid && (await isRunning(owner, ['tools/start.ts']))) {
        throw new Fault(
          `process ${owner} already runs Vestnik on ${layout.dataDir}: stop it (Ctrl-C there), or set DATA_DIR to another folder`,
        );
      }
      await rm(layout.lock, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

async function stopLeftServices(layout: Layout): Promise<void> {
  const files = (await readdir(layout.run)).filter((file) => /^[a-z][a-z-]*-\d+\.pid$/.test(file));
  await Promise.all(
    files.map(async (file) => {
      const pidFile = join(layout.run, file);
      const service = basename(file).replace(/-\d+\.pid$/, '');
      await stopStale({
        pidFile,
        commandHas: [`services/${service}/src/main.ts`],
        signals: ['SIGTERM'],
        patienceMs: 5000,
      });
      await rm(pidFile, { force: true });
    }),
  );
  await rm(layout.system, { force: true });
}
