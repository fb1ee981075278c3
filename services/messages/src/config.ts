import {
  describeSettings,
  integer,
  readSettings,
  type ServiceConfig,
  serviceConfigOf,
  serviceSettings,
} from '@vestnik/config';

const settings = describeSettings({
  ...serviceSettings,
  // What was left behind is published by two connections at once: one holds the events, one reads what they tell.
  DATABASE_POOL_SIZE: integer(2, 100).default(8),
});

/** The settings of the messages service. */
export type Config = ServiceConfig;

/**
 * Reads the settings from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<Config> {
  return Object.freeze(serviceConfigOf(readSettings(settings, env)));
}
