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

const shape = {
  ...serviceSettings,
  ...changeSettings,
  ...decisionSettings,
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
