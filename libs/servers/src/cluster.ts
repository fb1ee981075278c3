import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, ServerError } from './errors.ts';
import { asUnprivileged, isRoot, NOBODY } from './privileges.ts';

const run = promisify(execFile);

/** The superuser of an embedded cluster. */
export const SUPERUSER = 'vestnik';

/** An initialised cluster, and the user that may run it. */
export type Cluster = { path: string; password: string; uid: number; gid: number };

/**
 * The cluster below a data folder, made on first use: UTF-8, code-point order, passwords by SCRAM only.
 * @param durable false leaves out the sync to disk after making it
 * @throws ServerError when it cannot be made or belongs to another user
 */
export async function openCluster(dataDir: string, initdb: string, durable: boolean): Promise<Cluster> {
  const path = join(dataDir, 'cluster');
  const owner = await stat(path).catch(() => null);
  if (!owner) return createCluster(dataDir, path, initdb, durable);
  const uid = process.getuid?.() ?? owner.uid;
  if (owner.uid !== uid && !isRoot()) {
    throw new ServerError(`${path} belongs to another user (id ${owner.uid}): start as that user, or set DATA_DIR`);
  }
  const password = await readFile(passwordFile(dataDir), 'utf8').catch((error: unknown) => {
    throw new ServerError(`the password of the database in ${path} cannot be read: ${messageOf(error)}`);
  });
  return { path, password, uid: owner.uid, gid: owner.gid };
}

async function createCluster(dataDir: string, path: string, initdb: string, durable: boolean): Promise<Cluster> {
  const uid = isRoot() ? NOBODY : (process.getuid?.() ?? 0);
  const gid = isRoot() ? NOBODY : (process.getgid?.() ?? 0);
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile(dataDir), password, { mode: 0o600 });
  // Made under another name first: a cluster half made by a killed run is never taken for a whole one.
  const unfinished = `${path}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (isRoot()) await chown(unfinished, uid, gid);
  const [file = '', ...args] = [
    ...(await asUnprivileged(uid, gid)),
    initdb,
    `--pgdata=${unfinished}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile(dataDir)}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-locale',
    '--data-checksums',
    ...(durable ? [] : ['--no-sync']),
  ];
  try {
    await run(file, args, { env: { LC_ALL: 'C', TZ: 'UTC' } });
  } catch (error) {
    const words = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) || messageOf(error);
    throw new ServerError(`PostgreSQL could not set up its files in ${dataDir}: ${words}`);
  }
  await rename(unfinished, path);
  return { path, password, uid, gid };
}

function passwordFile(dataDir: string): string {
  return join(dataDir, 'superuser-password');
}
