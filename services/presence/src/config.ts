import { describeSettings, integer, readSettings, serviceSettings } from '@vestnik/config';
import type { LogLevel } from '@vestnik/logging';

const settings = describeSettings({
  ...serviceSettings,
  PRESENCE_GRACE_SECONDS: integer(0, 3_600).default(5),
});

const migrationSettings = describeSettings({ DATABASE_URL: serviceSettings.DATABASE_URL });

/** The settings of presence. */
export interface PresenceConfig {
  natsServers: string[];
  logLevel: LogLevel;
  databaseUrl: string;
  /** Connections to the database at most. */
  databasePoolSize: number;
  opsHost: string;
  /** 0: no ops port. */
  opsPort: number;
  /** Seconds between the closing of a user's last socket and being offline: 0 to 3600. */
  graceSeconds: number;
}

/**
 * Reads the settings of presence from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<PresenceConfig> {
  const values = readSettings(settings, env);
  return Object.freeze({
    natsServers: values.NATS_URL,
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    opsHost: values.OPS_HOST,
    opsPort: values.OPS_PORT,
    graceSeconds: values.PRESENCE_GRACE_SECONDS,
  });
}

/**
 * Reads what migrating needs from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readMigrationConfig(env: NodeJS.ProcessEnv = process.env): Readonly<{ databaseUrl: string }> {
  return Object.freeze({ databaseUrl: readSettings(migrationSettings, env).DATABASE_URL });
}
