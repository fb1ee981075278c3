import { describeSettings, integer, limit, readSettings, serviceSettings } from '@vestnik/config';
import type { LogLevel } from '@vestnik/logging';

const migrationSettings = { DATABASE_URL: serviceSettings.DATABASE_URL };

const settings = {
  ...serviceSettings,
  // What was left behind is published by two connections at once: one holds the events, one their conversation.
  DATABASE_POOL_SIZE: integer(2, 100).default(8),
  LIMIT_GROUP_SIZE: limit(1_000),
};

/** The settings of conversations. */
export interface Config {
  natsServers: string[];
  /** Where to die, in tests. */
  crashAt: string | undefined;
  /** The URL of the service's own role. */
  databaseUrl: string;
  /** Database connections at most. */
  databasePoolSize: number;
  logLevel: LogLevel;
  opsHost: string;
  /** 0: no ops port. */
  opsPort: number;
  /** Participants of a group at most, its owner included; Infinity for no limit. */
  groupSize: number;
}

/**
 * Reads the settings of the service from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<Config> {
  const values = readSettings(describeSettings(settings), env);
  return Object.freeze({
    natsServers: values.NATS_URL,
    crashAt: values.VESTNIK_CRASH_AT,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    logLevel: values.LOG_LEVEL,
    opsHost: values.OPS_HOST,
    opsPort: values.OPS_PORT,
    groupSize: values.LIMIT_GROUP_SIZE,
  });
}

/**
 * Reads what migrations need: the database alone.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readMigrationConfig(env: NodeJS.ProcessEnv = process.env): Readonly<Pick<Config, 'databaseUrl'>> {
  return Object.freeze({ databaseUrl: readSettings(describeSettings(migrationSettings), env).DATABASE_URL });
}
