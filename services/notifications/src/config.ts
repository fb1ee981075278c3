import {
  describeSettings,
  flag,
  readSettings,
  type ServiceConfig,
  serviceConfigOf,
  serviceSettings,
} from '@vestnik/config';

const settings = describeSettings({ ...serviceSettings, PUSH_ALLOW_PRIVATE_TARGETS: flag });

/** The settings of the notifications service. */
export interface NotificationsConfig extends ServiceConfig {
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
  return Object.freeze({ ...serviceConfigOf(values), allowPrivateTargets: values.PUSH_ALLOW_PRIVATE_TARGETS });
}
