import { BUS_USERS, type BusUser } from '@vestnik/contracts';
import { permissionsOf } from './permissions.ts';

/** The environment variable of nats-server that holds a user's password. */
export function passwordVariable(user: BusUser): string {
  return `${user.toUpperCase()}_NATS_PASSWORD`;
}

/**
 * The part of nats-server's configuration that says who may do what. Passwords are read from nats-server's environment
 * (`passwordEnvironment`).
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
  return `# Who may do what on the bus. Made from libs/contracts/src/bus/participants.ts by tools/bus-users.ts; included by
# the configuration of nats-server, which reads the passwords from its environment, each in double quotes.
authorization {
  users: [
${users.join('\n')}
  ]
}
`;
}

/** The passwords as nats-server reads them: in quotes, without which it takes some for numbers. */
export function passwordEnvironment(passwords: Record<BusUser, string>): Record<string, string> {
  return Object.fromEntries(BUS_USERS.map((user) => [passwordVariable(user), JSON.stringify(passwords[user])]));
}

function subjects(list: readonly string[]): string {
  return list.map((subject) => `          ${JSON.stringify(subject)}`).join('\n');
}
