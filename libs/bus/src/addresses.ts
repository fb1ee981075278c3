import { VestnikError } from '@vestnik/contracts';

/** Where to connect and as whom. */
export interface Addresses {
  /** Servers without credentials: fit to be shown. */
  servers: string[];
  /** What the client is told of who connects; empty when the addresses name nobody. */
  credentials: { user?: string; pass?: string; token?: string };
}

/**
 * Reads addresses as in NATS_URL: `nats://user:password@host:port`, `nats://token@host:port`, `host:port` or `host`. A
 * connection has one user, so addresses that name somebody all name the same.
 *
 * @throws VestnikError `invalid` for what is no address, or two different users; passwords are not repeated.
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

/** The same addresses for a user: what `readAddresses` reads again. */
export function addressesFor(addresses: readonly string[], user: string, password: string): string[] {
  return readAddresses(addresses).servers.map((server) =>
    server.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`),
  );
}
