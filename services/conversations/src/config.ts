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

/** The quotas of a user. */
export const quotaSettings = {
  conversations: setting({
    env: 'LIMIT_USER_CONVERSATIONS',
    doc: 'Conversations that one user is in at most; then `forbidden`',
    format: limit,
    default: 5_000,
  }),
  creationsPerHour: setting({
    env: 'LIMIT_USER_CREATIONS_PER_HOUR',
    doc: 'Conversations that one user creates within an hour at most; then `rate_limited`',
    format: limit,
    default: 200,
  }),
  strangersPerHour: setting({
    env: 'LIMIT_USER_STRANGERS_PER_HOUR',
    doc: 'Strangers of other companies whom one user writes to, or adds, within an hour at most; then `rate_limited`',
    format: limit,
    default: 50,
  }),
  companyGroups: setting({
    env: 'LIMIT_COMPANY_GROUPS',
    doc: 'Groups with participants that one company has at most',
    format: limit,
    default: 100_000,
  }),
};

const shape = {
  ...serviceSettings,
  ...changeSettings,
  ...decisionSettings(PARTNER_RULES),
  databasePoolSize: setting({
    ...serviceSettings.databasePoolSize,
    // The outbox relay uses two connections at once: one holds the events, one their conversation.
    format: integer(2, 100),
    default: 8,
  }),
  groupSize: setting({
    env: 'LIMIT_GROUP_SIZE',
    doc: 'Participants of a group at most, its owner included',
    format: limit,
    default: 1_000,
  }),
  quotas: quotaSettings,
};

/** The settings of conversations, described. */
export const settings = describeSettings(shape);

/** The settings of conversations. */
export type Config = ConfigOf<typeof shape>;

/**
 * Reads the settings of conversations from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return settings.read(env);
}
