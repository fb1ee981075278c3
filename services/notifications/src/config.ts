import { Resolver } from 'node:dns';
import { type ConfigOf, describeSettings, flag, list, serviceSettings, setting } from '@vestnik/config';

const dnsServers = list
  .refine((servers) => servers.every(isDnsServer), 'must be addresses, each with a port if it is not 53')
  .describe('addresses, separated by commas');

const shape = {
  ...serviceSettings,
  allowPrivateTargets: setting({
    env: 'PUSH_ALLOW_PRIVATE_TARGETS',
    doc: '1 lets webhooks go to loopback and private addresses',
    format: flag,
    default: 0,
  }),
  dnsServers: setting({
    env: 'PUSH_DNS_SERVERS',
    doc: "DNS servers that resolve the names of webhooks, `address` or `address:port`; unset: the system's",
    format: dnsServers,
    default: '',
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

function isDnsServer(server: string): boolean {
  try {
    new Resolver().setServers([server]);
    return true;
  } catch {
    return false;
  }
}
