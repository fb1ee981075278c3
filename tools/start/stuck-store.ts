import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningServer } from '@vestnik/servers';

/** Milliseconds between two looks at a server. */
const EVERY_MS = 2_000;
/** Bytes that the disk has to take before a restart makes sense. */
const ROOM = 4 * 1_048_576;
/** nats-server answers with these words when it could not write to a stream, and when it turned JetStream off. */
const STUCK = /write error|not enabled/i;

/**
 * Stops a nats-server that has run into a full disk, as soon as the disk has room again. Such a server writes to the streams
 * concerned no more until it is restarted. Returns when the server has ended.
 *
 * @param server `monitorUrl` is its own monitoring. `dataDir` is the folder of its files.
 */
export async function stopWhenStuck(
  server: Pick<RunningServer, 'stop' | 'exited'> & { monitorUrl: string; dataDir: string },
  report: (line: string) => void,
): Promise<void> {
  const ended = new AbortController();
  void server.exited.then(() => ended.abort());
  let isTold = false;
  while (!ended.signal.aborted) {
    await delay(EVERY_MS, undefined, { signal: ended.signal, ref: false }).catch(() => undefined);
    if (ended.signal.aborted || !(await isStuck(server.monitorUrl))) continue;
    if (await hasRoom(server.dataDir)) {
      report('nats-server could not write, and the disk has room again: restarting it');
      await server.stop();
      return;
    }
    if (!isTold) report(`nats-server cannot write: the disk of ${server.dataDir} is full`);
    isTold = true;
  }
}

async function isStuck(monitorUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${monitorUrl}/healthz?details=true`, { signal: AbortSignal.timeout(EVERY_MS) });
    return !response.ok && STUCK.test(await response.text());
  } catch {
    return false;
  }
}

/** Whether the disk takes a file with so many bytes. */
async function hasRoom(folder: string): Promise<boolean> {
  const path = join(folder, 'room');
  try {
    await writeFile(path, Buffer.alloc(ROOM, '.'), { flush: true });
    return true;
  } catch {
    return false;
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}
