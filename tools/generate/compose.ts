import {
  BUS_USERS,
  DATA_SERVICES,
  SERVICES,
  type Service,
  type ServiceName,
  schemaOf,
  services,
  variableOf,
} from '@vestnik/contracts';
import type { Sections } from './sections.ts';
import { settingsOf } from './settings-tables.ts';

/** Settings that the composition itself decides. */
const DECIDED = new Set([
  'NATS_URL',
  'REVOCATIONS_NATS_URL',
  'DATABASE_URL',
  'PORT',
  'WS_PORT',
  'HOST',
  'OPS_PORT',
  'OPS_HOST',
]);

/** The settings of the migration step that .env may hold. */
const MIGRATION_SETTINGS = ['DATABASE_ROLE_PREFIX', 'DATABASE_ROLE_CONNECTIONS', 'STREAM_REPLICAS'];

/** Settings that name a file of the host, and where the container of the service has it. */
const FILES: Readonly<Record<string, string>> = { TRUSTED_ISSUERS: '/etc/vestnik/trusted-issuers.json' };

const optional = (variable: string) => `\${${variable}:-}`;
const required = (variable: string) => `\${${variable}:?set it in .env}`;

/** The parts of docker-compose.yml and .env.example that know the services. */
export async function composeSections(): Promise<Sections> {
  const blocks = await Promise.all(SERVICES.map(serviceBlock));
  const settings = [...MIGRATION_SETTINGS, ...(await Promise.all(SERVICES.map(ownSettings))).flat()];
  return new Map([
    ['bus passwords', BUS_USERS.map((user) => natsPassword(user)).join('\n')],
    ['revoker password', `REVOKER_NATS_PASSWORD: ${required('REVOKER_NATS_PASSWORD')}`],
    ['migration settings', MIGRATION_SETTINGS.map((variable) => `${variable}: ${optional(variable)}`).join('\n')],
    ['database passwords', DATA_SERVICES.map((service) => databasePassword(service)).join('\n')],
    ['services', blocks.join('\n\n')],
    [
      'passwords',
      [
        ...DATA_SERVICES.map((service) => `${variableOf(service, 'DATABASE_PASSWORD')}=`),
        ...BUS_USERS.map((user) => `${variableOf(user, 'NATS_PASSWORD')}=`),
      ].join('\n'),
    ],
    ['settings', [...new Set(settings)].map((variable) => `${variable}=`).join('\n')],
  ]);
}

function natsPassword(user: (typeof BUS_USERS)[number]): string {
  const variable = variableOf(user, 'NATS_PASSWORD');
  return `${variable}: '"${required(variable)}"'`;
}

function databasePassword(service: (typeof DATA_SERVICES)[number]): string {
  const variable = variableOf(service, 'DATABASE_PASSWORD');
  return `${variable}: ${required(variable)}`;
}

async function serviceBlock(name: ServiceName): Promise<string> {
  const { keepsData, ports }: Service = services[name];
  const variables = await ownSettings(name);
  const settings = variables.map((variable) => `    ${variable}: ${valueOf(variable)}`);
  const mounts = variables.flatMap((variable) => mountOf(variable) ?? []);
  return [
    `${name}:`,
    '  <<: *service',
    '  build:',
    '    context: .',
    '    args:',
    `      SERVICE: ${name}`,
    '  environment:',
    `    NATS_URL: ${natsUrl(name)}`,
    ...(name === 'companies' ? [`    REVOCATIONS_NATS_URL: ${natsUrl('company-revoker')}`] : []),
    ...(keepsData ? [`    DATABASE_URL: ${databaseUrl(name as (typeof DATA_SERVICES)[number])}`] : []),
    ...settings,
    ...(ports.length > 0
      ? ['  ports:', ...ports.map((port) => `    - '${port}:${port}'`), "    - '127.0.0.1:3002:3002'"]
      : []),
    ...(mounts.length > 0 ? ['  volumes:', ...mounts.map((mount) => `    - ${mount}`)] : []),
  ].join('\n');
}

/** The value of a setting in a container; that of a file is its path there. */
function valueOf(variable: string): string {
  const file = FILES[variable];
  return file === undefined ? optional(variable) : `\${${variable}:+${file}}`;
}

/** The file of a setting as a volume. Without a file it is empty, since a volume has to have a source. */
function mountOf(variable: string): string | undefined {
  const file = FILES[variable];
  return file === undefined ? undefined : `\${${variable}:-/dev/null}:${file}:ro`;
}

function natsUrl(user: (typeof BUS_USERS)[number]): string {
  return `nats://${user}:${required(variableOf(user, 'NATS_PASSWORD'))}@nats:4222`;
}

function databaseUrl(service: (typeof DATA_SERVICES)[number]): string {
  const password = required(variableOf(service, 'DATABASE_PASSWORD'));
  return `postgres://${optional('DATABASE_ROLE_PREFIX')}${schemaOf(service)}:${password}@postgres:5432/vestnik`;
}

/** The settings of a service that .env may hold. The service takes an empty one for unset. */
async function ownSettings(name: ServiceName): Promise<string[]> {
  const rows = await settingsOf(name);
  return rows.map(({ env }) => env).filter((variable) => !DECIDED.has(variable));
}
