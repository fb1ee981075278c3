import { type ConfigOf, describeSettings, integer, serviceSettings, setting } from '@vestnik/config';

const shape = {
  ...serviceSettings,
  graceSeconds: setting({
    env: 'PRESENCE_GRACE_SECONDS',
    doc: "Seconds between the closing of a user's last socket and the user's being offline",
    format: integer(0, 3_600),
    default: 5,
  }),
};

/** The settings of presence, described. */
export const settings = describeSettings(shape);

/** The settings of presence. */
export type Config = ConfigOf<typeof shape>;

/**
 * Reads the settings of presence from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return settings.read(env);
}
