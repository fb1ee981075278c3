import { describeSettings, readSettings, serviceSettings } from '@vestnik/config';
import type { LogLevel } from '@vestnik/logging';

const settings = describeSettings(serviceSettings);
const migrationSettings = describeSettings({ DATABASE_URL: serviceSettings.DATABASE_URL });

/** The settings of the messages service. */
export interface MessagesConfig {
  natsServers: string[];
  /** Where to die, in tests. */
  crashAt: string | undefined;
  databaseUrl: string;
  databasePoolSize: number;
  logLevel: LogLevel;
  opsHost: string;
  opsPort: number;
}

/**
 * Reads the settings from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<MessagesConfig> {
  const values = readSettings(settings, env);
  return Object.freeze({
    natsServers: values.NATS_URL,
    crashAt: values.VESTNIK_CRASH_AT,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    logLevel: values.LOG_LEVEL,
    opsHost: values.OPS_HOST,
    opsPort: values.OPS_PORT,
  });
}

/**
 * Reads where the schema is, which is all that a migration needs.
 *
 * @throws SettingError when DATABASE_URL is missing or wrong.
 */
export function readDatabaseUrl(env: NodeJS.ProcessEnv = process.env): string {
  return readSettings(migrationSettings, env).DATABASE_URL;
}
