import { VestnikError } from '@vestnik/contracts';

/** The servers to connect to, and the user that connects. */
export interface Addresses {
  /** Servers without credentials, so that logs and errors may show them. */
  servers: string[];
  /** The user in the form that NATS's client takes; empty when the addresses name no user. */
  credentials: { user?: string; pass?: string; token?: string };
}

/**
 * Reads addresses as in NATS_URL: `nats://user:password@host:port`, `nats://token@host:port`, `host:port` or `host`. A
 * connection has one user, so all addresses that name a user name the same one.
 *
 * @throws VestnikError `invalid` for a text that is no address, and for two different users. The error repeats no password.
 */
export function readAddresses(addresses: readonly string[]): Addresses {
  const urls = addresses.map((address) => {
    const text = address.includes('://') ? address : `nats://${address}`;
    if (!URL.canParse(text)) {
      throw new VestnikError('invalid', 'NATS_URL: needs addresses like nats://user:password@host:4222');
    }
    return new URL(text);
  });
  const named = urls.find((url) => url.username !== '');
  const another = urls.some(
    (url) => url.username !== '' && (url.username !== named?.username || url.password !== named.password),
  );
  if (another) throw new VestnikError('invalid', 'NATS_URL: the addresses name different users or passwords');
  return {
    servers: urls.map((url) => `${url.protocol}//${url.host}`),
    credentials: named ? credentialsOf(named) : {},
  };
}

function credentialsOf({ username, password }: URL): Addresses['credentials'] {
  const name = decodeURIComponent(username);
  return password === '' ? { token: name } : { user: name, pass: decodeURIComponent(password) };
}

/** Returns the same addresses with the credentials of a user, in the form that `readAddresses` reads. */
export function addressesFor(addresses: readonly string[], user: string, password: string): string[] {
  return readAddresses(addresses).servers.map((server) =>
    server.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`),
  );
}
