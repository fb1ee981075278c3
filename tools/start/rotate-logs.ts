import { copyFile, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** A log above this many bytes is rotated. So each process keeps twice as much at most. */
const LOG_BYTES = 10 * 1024 * 1024;
/** How often the logs are looked at, in milliseconds. */
const LOOK_EVERY_MS = 5_000;

/**
 * Copies each log of a folder that is too long to a file of the same name with `.1` behind it, and empties the log. Processes
 * append to their logs, so they go on in the emptied file. Lines that a process writes between the two steps are lost.
 *
 * @param logBytes length up to which a log stays as it is
 */
export async function rotateLogs(folder: string, logBytes = LOG_BYTES): Promise<void> {
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    if (!file.endsWith('.log') || (await stat(path)).size <= logBytes) continue;
    await copyFile(path, `${path}.1`);
    await truncate(path);
  }
}

/** Rotates the logs of a folder again and again, until the returned function is called. A failure is tried again. */
export function keepRotatingLogs(folder: string): () => void {
  let isRotating = false;
  const timer = setInterval(() => {
    if (isRotating) return;
    isRotating = true;
    // A full disk, or a file that has just gone.
    void rotateLogs(folder)
      .catch(() => undefined)
      .finally(() => {
        isRotating = false;
      });
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
