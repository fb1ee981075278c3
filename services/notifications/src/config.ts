import { type ConfigOf, describeSettings, flag, serviceSettings, setting } from '@vestnik/config';

const shape = {
  ...serviceSettings,
  allowPrivateTargets: setting({
    env: 'PUSH_ALLOW_PRIVATE_TARGETS',
    doc: '1 lets webhooks go to loopback and private addresses',
    format: flag,
    default: 0,
  }),
};

/** The settings of notifications, described. */
export const settings = describeSettings(shape);

/** The settings of notifications. */
export type Config = ConfigOf<typeof shape>;

/**
 * Reads the settings of notifications from the environment.
 *
 * @throws SettingError naming the setting that is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return settings.read(env);
}
