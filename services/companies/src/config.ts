import { type ConfigOf, describeSettings, serviceSettings } from '@vestnik/config';

const shape = { ...serviceSettings };

/** The settings of companies, described. */
export const settings = describeSettings(shape);

/** The settings of companies. */
export type Config = ConfigOf<typeof shape>;

/**
 * Reads the settings of companies from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return settings.read(env);
}
