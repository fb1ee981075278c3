import { z } from 'zod';
import { integer, list } from './kinds.ts';
import { describeSettings, type Environment, readSettings } from './read-settings.ts';

/** What every process reads: where the bus is, how much to log, where ops look. */
export const processSettings = {
  NATS_URL: list.refine((servers) => servers.length > 0, 'must name a server'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  OPS_HOST: z.string().default('127.0.0.1'),
  /** Where to die, for tests: see the crash points of `libs/lifecycle`. */
  VESTNIK_CRASH_AT: z
    .string()
    .regex(/^[a-z.-]+(:\d{1,6})?$/, 'must be the name of a crash point')
    .optional(),
};

/** What every process with a database reads on top: its own role's URL, how many connections, where ops look. */
export const serviceSettings = {
  ...processSettings,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
  DATABASE_POOL_SIZE: integer(1, 100).default(8),
  /** 0 means no ops port: ops then see the service on the bus alone. */
  OPS_PORT: integer(0, 65_535).default(0),
};

/** What every process with a database is told. */
export interface ServiceConfig {
  natsServers: string[];
  /** Where to die, in tests. */
  crashAt: string | undefined;
  /** The URL of the service's own role. */
  databaseUrl: string;
  /** Connections to the database at most. */
  databasePoolSize: number;
  logLevel: z.output<typeof processSettings.LOG_LEVEL>;
  opsHost: string;
  /** 0: no ops port. */
  opsPort: number;
}

/** What `serviceSettings` say, by the names that the code uses. */
export function serviceConfigOf(values: z.output<z.ZodObject<typeof serviceSettings>>): ServiceConfig {
  return {
    natsServers: values.NATS_URL,
    crashAt: values.VESTNIK_CRASH_AT,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    logLevel: values.LOG_LEVEL,
    opsHost: values.OPS_HOST,
    opsPort: values.OPS_PORT,
  };
}

/**
 * Reads where the schema is, which is all that a migration needs.
 *
 * @throws SettingError when DATABASE_URL is missing or wrong.
 */
export function readDatabaseUrl(env: Environment = process.env): string {
  return readSettings(describeSettings({ DATABASE_URL: serviceSettings.DATABASE_URL }), env).DATABASE_URL;
}
