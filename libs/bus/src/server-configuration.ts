import { BUS_USERS, type BusUser, REVOKERS, type Stream, streams, variableOf } from '@vestnik/contracts';
import { API_PREFIX, apiPrefixOf, permissionsOf, readRequestsOf } from './permissions.ts';

/** The account of the services and of ops. */
const SERVICES_ACCOUNT = 'VESTNIK';

/** The account of the revocations, in which no service has a user. */
const REVOCATIONS_ACCOUNT = streams.revocations.account;

/** JetStream's limits of an account: bytes on disk, streams and consumers. No stream is in memory. */
const LIMITS = {
  [SERVICES_ACCOUNT]: 'max_file: 64GB, max_mem: 1MB, max_streams: 16, max_consumers: 64',
  [REVOCATIONS_ACCOUNT]: 'max_file: 1GB, max_mem: 1MB, max_streams: 2, max_consumers: 4',
};

/** How long a client may take to send user and password, in seconds. A process on a busy machine may wait for a processor. */
const PASSWORD_WITHIN_SECONDS = 20;

/** Returns the name of nats-server's environment variable for a user's password. */
export function passwordVariable(user: BusUser): string {
  return variableOf(user, 'NATS_PASSWORD');
}

/**
 * The part of nats-server's configuration that names the accounts, their users, and what each may do. nats-server reads the
 * passwords from its environment (`passwordEnvironment`).
 *
 * JetStream publishes its answers wherever a request says, also into a stream of the account. So the revocations have an
 * account of their own: services read its streams through imports, and the answers stay in the account of the services.
 * Companies publishes into one of them as a user of that account, which makes no request of JetStream.
 */
export function usersConfiguration(): string {
  const foreign = Object.values<Stream>(streams).filter(({ account }) => account !== undefined);
  return `# The users of the bus and what each may do. npm run generate writes this file from libs/contracts/src/services.ts.
# The configuration of nats-server includes it. nats-server reads the passwords from its environment, in double quotes.
authorization { timeout: ${PASSWORD_WITHIN_SECONDS} }
accounts {
${account(
  SERVICES_ACCOUNT,
  BUS_USERS.filter((user) => !isRevoker(user)),
  `imports: [\n${exchanged(foreign, importsOf)}\n    ]`,
)}
${account(REVOCATIONS_ACCOUNT, REVOKERS, `exports: [\n${exchanged(foreign, exportsOf)}\n    ]`)}
}
`;
}

function isRevoker(user: BusUser): boolean {
  return REVOKERS.some((revoker) => revoker === user);
}

/** The lines of all streams, each once: two streams may tell of new events on one subject. */
function exchanged(foreign: readonly Stream[], linesOf: (stream: Stream) => string[]): string {
  return [...new Set(foreign.flatMap(linesOf))].join('\n');
}

/** Returns the account of a stream by its name. */
export function accountOfStream(name: string): string {
  const stream = Object.values<Stream>(streams).find((each) => each.name === name);
  return stream?.account ?? SERVICES_ACCOUNT;
}

/** The passwords as nats-server reads them: in quotes, since without them nats-server takes some for numbers. */
export function passwordEnvironment(passwords: Record<BusUser, string>): Record<string, string> {
  return Object.fromEntries(BUS_USERS.map((user) => [passwordVariable(user), JSON.stringify(passwords[user])]));
}

function account(name: keyof typeof LIMITS, users: readonly BusUser[], exchange: string): string {
  return `  ${name} {
    jetstream: { ${LIMITS[name]} }
    users: [
${users.map(userConfiguration).join('\n')}
    ]
    ${exchange}
  }`;
}

function userConfiguration(user: BusUser): string {
  const { publish, subscribe } = permissionsOf(user);
  return `      {
        user: ${user}
        password: $${passwordVariable(user)}
        permissions: {
          publish: { allow: [
${subjects(publish)}
          ] }
          subscribe: { allow: [
${subjects(subscribe)}
          ] }
        }
      }`;
}

/** The requests by which services read a stream of another account, and the subject that tells of new events there. */
function importsOf(stream: Stream): string[] {
  const there = readRequestsOf(stream, API_PREFIX);
  const here = readRequestsOf(stream, apiPrefixOf(stream));
  const from = (subject: string | undefined) => `account: ${stream.account}, subject: ${JSON.stringify(subject)}`;
  return [
    ...there.map((subject, index) => `      { service: { ${from(subject)} }, to: ${JSON.stringify(here[index])} }`),
    `      { stream: { ${from(stream.storedSubject)} } }`,
  ];
}

function exportsOf(stream: Stream): string[] {
  const to = `accounts: [${SERVICES_ACCOUNT}]`;
  return [
    ...readRequestsOf(stream, API_PREFIX).map(
      (subject) => `      { service: ${JSON.stringify(subject)}, response_type: Stream, ${to} }`,
    ),
    `      { stream: ${JSON.stringify(stream.storedSubject)}, ${to} }`,
  ];
}

function subjects(list: readonly string[]): string {
  return list.map((subject) => `            ${JSON.stringify(subject)}`).join('\n');
}
