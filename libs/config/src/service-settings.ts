import { z } from 'zod';
import { type Format, integer, limit, list, oneOf, portOrNone, text } from './formats.ts';
import { parsePostgresUrl } from './postgres-url.ts';
import { type ConfigOf, describeSettings, type Environment, setting } from './settings.ts';

const postgresUrl: Format<string> = z
  .string()
  .superRefine((url, context) => {
    try {
      parsePostgresUrl(url);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  })
  .describe('postgres:// URL, with `sslmode` and so on as in libpq');

/** The settings of every process. */
export const processSettings = {
  natsServers: setting({
    env: 'NATS_URL',
    doc: 'NATS servers with JetStream; `nats://user:password@host:4222` where they know users, `tls://` for TLS',
    format: list
      .refine((servers) => servers.length > 0, 'must name a server')
      .describe('addresses, separated by commas'),
    required: true,
  }),
  logLevel: setting({
    env: 'LOG_LEVEL',
    doc: 'The least severe log lines that the process writes',
    format: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    default: 'info',
  }),
  opsHost: setting({
    env: 'OPS_HOST',
    doc: 'Address that the ops port listens on',
    format: text,
    default: '127.0.0.1',
  }),
};

/** The settings of every service with a schema. */
export const serviceSettings = {
  ...processSettings,
  databaseUrl: setting({
    env: 'DATABASE_URL',
    doc: "PostgreSQL, as the service's own role",
    format: postgresUrl,
    required: true,
  }),
  databasePoolSize: setting({
    env: 'DATABASE_POOL_SIZE',
    doc: 'Database connections of this process at most',
    format: integer(1, 100),
    default: 8,
  }),
  opsPort: setting({
    env: 'OPS_PORT',
    doc: 'Port of health and metrics; without it, operators see the service on the bus alone',
    format: portOrNone,
    default: 0,
  }),
};

/** The settings of a service whose changes wait for each other. */
export const changeSettings = {
  waitingChanges: setting({
    env: 'LIMIT_WAITING_CHANGES',
    doc: 'Changes of one thing (a message, a conversation) that wait for each other at most; then `rate_limited`',
    format: limit,
    default: 100,
  }),
};

/**
 * Returns the settings of services that decide what people may do across companies.
 *
 * @param rules the rules between companies, the default first
 */
export const decisionSettings = <const Rule extends string>(rules: readonly [Rule, ...Rule[]]) => ({
  partners: setting({
    env: 'PARTNERS',
    doc: 'Rule between companies; a company may be stricter',
    format: oneOf(...rules),
    default: rules[0],
  }),
});

/** The values of `changeSettings`. */
export type ChangeConfig = ConfigOf<typeof changeSettings>;

/** The values of `serviceSettings`. */
export type ServiceConfig = ConfigOf<typeof serviceSettings>;

/**
 * Reads the address of the schema, which is all that a migration needs.
 *
 * @throws SettingError when DATABASE_URL is missing or wrong.
 */
export function readDatabaseUrl(env: Environment = process.env): string {
  return describeSettings({ databaseUrl: serviceSettings.databaseUrl }).read(env).databaseUrl;
}
