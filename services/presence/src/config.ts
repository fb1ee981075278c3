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
  PRESENCE_GRACE_SECONDS: integer(0, 3_600).default(5),
});

/** The settings of presence. */
export interface Config extends ServiceConfig {
  /** Seconds between the closing of a user's last socket and being offline: 0 to 3600. */
  graceSeconds: number;
}

/**
 * Reads the settings of presence from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<Config> {
  const values = readSettings(settings, env);
  return Object.freeze({ ...serviceConfigOf(values), graceSeconds: values.PRESENCE_GRACE_SECONDS });
}
