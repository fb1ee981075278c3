import { resolve } from 'node:path';
import { SECRET_BYTES } from '@vestnik/auth';
import {
  describeSettings,
  type Environment,
  flag,
  integer,
  list,
  port,
  readPostgresUrl,
  type SettingRow,
  setting,
  text,
} from '@vestnik/config';
import { type BusUser, forEachName, SERVICES, type ServiceName } from '@vestnik/contracts';
import type { RoleOptions } from '@vestnik/servers';
import { readBusPasswords } from './bus-addresses.ts';
import { Fault } from './fault.ts';
import { type Layout, layoutOf, ROOT } from './layout.ts';

/** Where one gateway listens. */
export type GatewayPorts = { port: number; socketPort: number; opsPort: number };

/** The settings of the start. */
export type StartSettings = {
  layout: Layout;
  /** One entry per gateway. */
  gateways: GatewayPorts[];
  opsHost: string;
  /** Address that the public ports listen on. */
  host: string;
  instances: Record<ServiceName, number>;
  /** A running database instead of the embedded one. */
  databaseUrl: string | undefined;
  /** Running NATS servers instead of the embedded one. */
  natsServers: string[] | undefined;
  /** Embedded nats-servers, where there are no others. */
  natsSize: number;
  /** Servers that keep each stream; undefined for as many as there are, up to 3. */
  streamReplicas: number | undefined;
  /** Passwords of the bus's users on these servers; undefined when they know none, or NATS_URL names one for all. */
  busPasswords: Record<BusUser, string> | undefined;
  /** How the roles of the services are made. */
  roles: RoleOptions;
  jwtSecret: string | undefined;
  /** Name of the setting that replaces the shared secret, if one does. */
  foreignKeys: 'TRUSTED_ISSUERS' | 'JWT_PUBLIC_KEY' | 'JWKS_URL' | undefined;
  /** Whether the gateways offer to sign in as a demo person. */
  isDemo: boolean;
  /** Everything else, handed on to every service. */
  environment: Environment;
};

const streamReplicas = setting({
  env: 'STREAM_REPLICAS',
  doc: 'Servers that keep each stream of the bus; by default 3 where there are three, else 1. `npm run migrate` reads it too',
  format: integer(1, 5),
});

/** Two servers would both stop when one of them dies. */
const natsSize = text
  .refine((size) => /^[13]$/.test(size), 'must be 1 or 3')
  .transform(Number)
  .describe('1 or 3');

const described = describeSettings({
  port: setting({ env: 'PORT', doc: 'Port of REST and health of the first gateway', format: port, default: 3_000 }),
  socketPort: setting({ env: 'WS_PORT', doc: 'Port of sockets of the first gateway', format: port, default: 3_001 }),
  opsPort: setting({ env: 'OPS_PORT', doc: 'Port of metrics of the first gateway', format: port, default: 3_002 }),
  streamReplicas,
  demo: setting({
    env: 'DEMO',
    doc: '1: the web messenger offers to sign in as one of six demo people. Without any key set the start makes it 1, else 0',
    format: flag,
  }),
  natsServers: setting({
    env: 'NATS_URL',
    doc: 'NATS servers with JetStream, in place of the embedded one',
    format: list.describe('addresses, separated by commas'),
  }),
  natsSize: setting({
    env: 'NATS_SERVERS',
    doc: 'Embedded nats-servers: 3 are a cluster, which goes on when one of them dies',
    format: natsSize,
    default: 1,
  }),
});

const rolePrefix = text
  .refine((prefix) => /^([a-z][a-z0-9_]{0,30})?$/.test(prefix), 'must be small letters, digits and _')
  .describe('small letters, digits and `_`');

const roleSettings = describeSettings({
  rolePrefix: setting({
    env: 'DATABASE_ROLE_PREFIX',
    doc: 'Begins the name of each database role, for a second installation on one PostgreSQL; `acme_` makes `acme_messages`',
    format: rolePrefix,
    default: '',
  }),
  roleConnections: setting({
    env: 'DATABASE_ROLE_CONNECTIONS',
    doc: 'Connections that each database role may have; unset: half of `max_connections`',
    format: integer(1, 10_000),
  }),
});

/** Settings that are read by hand below, for tables. */
const alsoRead = describeSettings({
  databaseUrl: setting({
    env: 'DATABASE_URL',
    doc: 'PostgreSQL in place of the embedded one, as a role that may create roles and schemas',
    format: text.describe('postgres:// URL'),
  }),
  instances: setting({
    env: 'INSTANCES',
    doc: 'Processes of each service, one where none is named; the ports of the nth gateway are 10 (n − 1) higher',
    format: text.describe('as `gateway=2,messages=3`'),
  }),
  dataDir: setting({
    env: 'DATA_DIR',
    doc: 'Folder of the embedded servers, the secrets and the logs',
    format: text.describe('folder'),
    default: '.data',
  }),
  jwtSecret: setting({
    env: 'JWT_SECRET',
    doc: `HS256 key of at least ${SECRET_BYTES} bytes; made once into \`DATA_DIR\` where no key is set`,
    format: text,
  }),
  busPasswords: setting({
    env: 'GATEWAY_NATS_PASSWORD',
    doc: 'With `NATS_URL`: the password of each bus user, also `OPS_NATS_PASSWORD` and so on; all or none',
    format: text,
  }),
  databasePasswords: setting({
    env: 'MESSAGES_DATABASE_PASSWORD',
    doc: 'For `npm run migrate`: the password that it gives each role, and so on for each service; all or none of those it migrates',
    format: text,
  }),
});

/** The settings that `npm start` and `npm run migrate` read themselves; they hand all others to the services. */
export const startSettingRows: readonly SettingRow[] = [...described.rows, ...roleSettings.rows, ...alsoRead.rows];

/** Distance between the ports of one gateway and of the next. */
const PORT_STEP = 10;

const MOST_INSTANCES = 64;

/** Variables that no service gets from the environment: the start reads them, or hands each to the service that needs it. */
const OWN_VARIABLES =
  /^(PORT|WS_PORT|OPS_PORT|INSTANCES|DATA_DIR|DATABASE_URL|DATABASE_ROLE_.*|NATS_URL|NATS_SERVERS|REVOCATIONS_NATS_URL|.*_PASSWORD|JWT_SECRET|STREAM_REPLICAS|DEMO|NODE_CHANNEL_.*|npm_.*)$/;

/**
 * Reads the settings of `npm start`.
 * @throws SettingError or Fault naming the broken one
 */
export function readStartSettings(env: Environment): StartSettings {
  const { natsServers, natsSize, streamReplicas, demo, ...first } = described.read(env);
  const instances = readInstances(env.INSTANCES);
  const gateways = Array.from({ length: instances.gateway }, (_, index) => ({
    port: first.port + PORT_STEP * index,
    socketPort: first.socketPort + PORT_STEP * index,
    opsPort: first.opsPort + PORT_STEP * index,
  }));
  refuseSharedPorts(gateways);
  const jwtSecret = env.JWT_SECRET || undefined;
  if (jwtSecret && Buffer.byteLength(jwtSecret) < SECRET_BYTES) {
    throw new Fault(
      `JWT_SECRET has ${Buffer.byteLength(jwtSecret)} bytes: give it at least ${SECRET_BYTES}, or unset it`,
    );
  }
  const foreignKeys = (['TRUSTED_ISSUERS', 'JWKS_URL', 'JWT_PUBLIC_KEY'] as const).find((name) => env[name]);
  return {
    layout: layoutOf(readDataDir(env)),
    gateways,
    opsHost: env.OPS_HOST || '127.0.0.1',
    host: env.HOST || '0.0.0.0',
    instances,
    databaseUrl: readDatabaseUrl(env),
    natsServers: natsServers?.length ? natsServers : undefined,
    natsSize,
    streamReplicas,
    busPasswords: readBusPasswords(env),
    roles: readRoleOptions(env),
    jwtSecret,
    foreignKeys,
    isDemo: demo ?? (!jwtSecret && !foreignKeys),
    environment: Object.fromEntries(Object.entries(env).filter(([name]) => !OWN_VARIABLES.test(name))),
  };
}

/** STREAM_REPLICAS: the servers that keep each stream of the bus. */
export function readStreamReplicas(env: Environment): number | undefined {
  return describeSettings({ streamReplicas: streamReplicas }).read(env).streamReplicas;
}

/** The data folder, `.data` in the repository unless DATA_DIR says otherwise. */
export function readDataDir(env: Environment): string {
  return resolve(ROOT, env.DATA_DIR || '.data');
}

/**
 * Reads how the roles of the services are made.
 * @throws SettingError naming the broken setting
 */
export function readRoleOptions(env: Environment): RoleOptions {
  return roleSettings.read(env);
}

/**
 * DATABASE_URL, if set.
 * @throws SettingError when it cannot be read; the value is not repeated, since it holds a password
 */
export function readDatabaseUrl(env: Environment): string | undefined {
  const url = env.DATABASE_URL || undefined;
  if (url) readPostgresUrl(url);
  return url;
}

function readInstances(text: string | undefined): Record<ServiceName, number> {
  const instances = forEachName(SERVICES, () => 1);
  for (const part of (text ?? '').split(',').filter((each) => each.trim() !== '')) {
    const [name = '', count = ''] = part.split('=').map((word) => word.trim());
    const known = SERVICES.find((each) => each === name);
    if (!known) throw new Fault(`INSTANCES: "${name}" is no service; there are ${SERVICES.join(', ')}`);
    if (!/^\d{1,3}$/.test(count) || Number(count) < 1 || Number(count) > MOST_INSTANCES) {
      throw new Fault(`INSTANCES: ${name} needs a number from 1 to ${MOST_INSTANCES}, as in ${name}=2`);
    }
    instances[known] = Number(count);
  }
  return instances;
}

function refuseSharedPorts(gateways: GatewayPorts[]): void {
  const seen = new Set<number>();
  for (const port of gateways.flatMap((each) => Object.values(each))) {
    if (port > 65_535)
      throw new Fault(`INSTANCES: the last gateway would listen on port ${port}; lower PORT or WS_PORT`);
    if (seen.has(port)) throw new Fault(`port ${port} is asked for twice: set PORT, WS_PORT and OPS_PORT apart`);
    seen.add(port);
  }
}
