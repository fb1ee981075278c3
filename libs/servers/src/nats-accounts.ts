import { existsSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The folder of the streams that a nats-server without accounts made. */
const NO_ACCOUNT = '$G';

/**
 * Moves the streams that a nats-server without accounts left, each into the folder of its account. Otherwise the events of an
 * older release would be there no longer. The server must not run.
 *
 * @param store the folder that nats-server calls `store_dir`
 * @param accountOf returns the account of a stream by its name
 */
export async function moveStreamsToAccounts(store: string, accountOf: (stream: string) => string): Promise<void> {
  const folderOf = (account: string) => join(store, 'jetstream', account, 'streams');
  const left = await readdir(folderOf(NO_ACCOUNT)).catch(() => []);
  for (const stream of left) {
    const target = join(folderOf(accountOf(stream)), stream);
    if (existsSync(target)) continue;
    await mkdir(dirname(target), { recursive: true, mode: 0o750 });
    await rename(join(folderOf(NO_ACCOUNT), stream), target);
  }
}
