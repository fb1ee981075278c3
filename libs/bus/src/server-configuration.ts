import { BUS_USERS, type BusUser, variableOf } from '@vestnik/contracts';
import { permissionsOf } from './permissions.ts';

/** Returns the name of nats-server's environment variable for a user's password. */
export function passwordVariable(user: BusUser): string {
  return variableOf(user, 'NATS_PASSWORD');
}

/**
 * The part of nats-server's configuration that names the users and what each may do. nats-server reads the passwords from
 * its environment (`passwordEnvironment`).
 */
export function usersConfiguration(): string {
  const users = BUS_USERS.map((user) => {
    const { publish, subscribe } = permissionsOf(user);
    return `    {
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
  });
  return `# The users of the bus and what each may do. npm run generate writes this file from libs/contracts/src/services.ts.
# The configuration of nats-server includes it. nats-server reads the passwords from its environment, in double quotes.
authorization {
  users: [
${users.join('\n')}
  ]
}
`;
}

/** The passwords as nats-server reads them: in quotes, since without them nats-server takes some for numbers. */
export function passwordEnvironment(passwords: Record<BusUser, string>): Record<string, string> {
  return Object.fromEntries(BUS_USERS.map((user) => [passwordVariable(user), JSON.stringify(passwords[user])]));
}

function subjects(list: readonly string[]): string {
  return list.map((subject) => `          ${JSON.stringify(subject)}`).join('\n');
}
