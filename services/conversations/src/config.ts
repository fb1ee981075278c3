import {
  describeSettings,
  integer,
  limit,
  readSettings,
  type ServiceConfig,
  serviceConfigOf,
  serviceSettings,
} from '@vestnik/config';

const settings = describeSettings({
  ...serviceSettings,
  // What was left behind is published by two connections at once: one holds the events, one their conversation.
  DATABASE_POOL_SIZE: integer(2, 100).default(8),
  LIMIT_GROUP_SIZE: limit(1_000),
});

/** The settings of conversations. */
export interface Config extends ServiceConfig {
  /** Participants of a group at most, its owner included; Infinity for no limit. */
  groupSize: number;
}

/**
 * Reads the settings of the service from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<Config> {
  const values = readSettings(settings, env);
  return Object.freeze({ ...serviceConfigOf(values), groupSize: values.LIMIT_GROUP_SIZE });
}
