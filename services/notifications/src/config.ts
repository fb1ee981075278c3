import { describeSettings, flag, readSettings, serviceSettings } from '@vestnik/config';
import type { LogLevel } from '@vestnik/logging';

const settings = describeSettings({ ...serviceSettings, PUSH_ALLOW_PRIVATE_TARGETS: flag });

/** The settings of the notifications service. */
export interface NotificationsConfig {
  natsServers: string[];
  /** Where to die, in tests. */
  crashAt: string | undefined;
  databaseUrl: string;
  databasePoolSize: number;
  logLevel: LogLevel;
  opsHost: string;
  /** 0 opens no ops port. */
  opsPort: number;
  /** Lets webhooks go to loopback and private addresses. */
  allowPrivateTargets: boolean;
}

/**
 * Reads the settings from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<NotificationsConfig> {
  const values = readSettings(settings, env);
  return Object.freeze({
    natsServers: values.NATS_URL,
    crashAt: values.VESTNIK_CRASH_AT,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    logLevel: values.LOG_LEVEL,
    opsHost: values.OPS_HOST,
    opsPort: values.OPS_PORT,
    allowPrivateTargets: values.PUSH_ALLOW_PRIVATE_TARGETS,
  });
}

/**
 * Reads where the schema is, which is all that a migration needs.
 *
 * @throws SettingError when DATABASE_URL is missing or wrong.
 */
export function readDatabaseUrl(env: NodeJS.ProcessEnv = process.env): string {
  return readSettings(settings.pick({ DATABASE_URL: true }), env).DATABASE_URL;
}
