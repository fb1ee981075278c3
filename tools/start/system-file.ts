import { readFile, rm, writeFile } from 'node:fs/promises';
import type { GatewayPorts } from './settings.ts';

/** The description of a running system, for `npm run token` and the demo. */
export type SystemDescription = {
  /** Process id of the start. */
  pid: number;
  gateways: { rest: string; socket: string; ops: string }[];
  /** Metrics of the processes behind the gateways, by name; of the embedded nats-server its own monitoring. */
  operations: Record<string, string>;
  /** The bus as its user ops. */
  natsUrl: string;
  /** The bus as its user revoker. */
  revokerUrl: string;
  /** The key of tokens; null when a public key or a key set takes its place. */
  jwtSecret: string | null;
};

/** The addresses of a gateway on this machine. */
export function addressesOf(ports: GatewayPorts, opsHost: string): SystemDescription['gateways'][number] {
  return {
    rest: `http://127.0.0.1:${ports.port}`,
    socket: `ws://127.0.0.1:${ports.socketPort}/ws`,
    ops: opsAddress(opsHost, ports.opsPort),
  };
}

/** The address of an ops port on this machine. */
export function opsAddress(host: string, port: number): string {
  return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
}

/** Writes the description to a file that only this user may read. */
export async function writeSystem(file: string, system: SystemDescription): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(system, null, 2)}\n`, { mode: 0o600 });
}

/** Returns the system that runs on a data folder; undefined when none runs. */
export async function readSystem(file: string): Promise<SystemDescription | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as SystemDescription);
}
