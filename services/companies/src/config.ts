import { type ConfigOf, describeSettings, list, serviceSettings, setting } from '@vestnik/config';

const shape = {
  ...serviceSettings,
  revocationServers: setting({
    env: 'REVOCATIONS_NATS_URL',
    doc: 'The same servers as the user `company-revoker`, by which admins end the access of people; unset: `NATS_URL`',
    format: list.describe('addresses, separated by commas'),
  }),
};

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
