import {
  type ConfigOf,
  changeSettings,
  decisionSettings,
  describeSettings,
  integer,
  limit,
  serviceSettings,
  setting,
} from '@vestnik/config';
import { PARTNER_RULES } from '@vestnik/contracts';

const shape = {
  ...serviceSettings,
  ...changeSettings,
  ...decisionSettings(PARTNER_RULES),
  companyMessagesPerDay: setting({
    env: 'LIMIT_COMPANY_MESSAGES_PER_DAY',
    doc: 'Messages that the people of one company send in a day (UTC) at most; then `rate_limited`',
    format: limit,
    default: 1_000_000,
  }),
  databasePoolSize: setting({
    ...serviceSettings.databasePoolSize,
    // The outbox relay uses two connections at once: one holds the events, one reads their messages.
    format: integer(2, 100),
    default: 8,
  }),
};

/** The settings of messages, described. */
export const settings = describeSettings(shape);

/** The settings of messages. */
export type Config = ConfigOf<typeof shape>;

/**
 * Reads the settings of messages from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return settings.read(env);
}
