import { setTimeout as delay } from 'node:timers/promises';
import { killAll, processesOfRun, removeRunFolder } from './run-folder.ts';

/** How long the processes of a run may take to end by themselves after Jest has gone, in milliseconds. */
const GRACE_MS = 3_000;

/**
 * Removes what a test run leaves behind, whatever ends it: Ctrl-C and SIGKILL too. Jest holds the other end of this process'
 * standard input, which the system closes when Jest is gone. Started with the folder of the run.
 */
const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: janitor.ts FOLDER');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.resume();
await new Promise((resolve) => process.stdin.once('close', resolve));

const deadline = Date.now() + GRACE_MS;
let left = await processesOfRun(folder);
while (left.length > 0 && Date.now() < deadline) {
  await delay(100);
  left = await processesOfRun(folder);
}
killAll(left);
await removeRunFolder(folder);
