import { describeSettings, readSettings, type ServiceConfig, serviceConfigOf, serviceSettings } from '@vestnik/config';

const settings = describeSettings(serviceSettings);

/** The settings of the messages service. */
export type MessagesConfig = ServiceConfig;

/**
 * Reads the settings from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<MessagesConfig> {
  return Object.freeze(serviceConfigOf(readSettings(settings, env)));
}
