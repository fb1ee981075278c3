import { readFileSync } from 'node:fs';
import { type Authenticator, credsAuthenticator, type TlsOptions } from '@nats-io/transport-node';
import { VestnikError } from '@vestnik/contracts';

/** The servers to connect to, and the user that connects. */
export interface Addresses {
  /** Servers without credentials, so that logs and errors may show them. */
  servers: string[];
  /** The user in the form that NATS's client takes; empty when the addresses name no user. */
  credentials: { user?: string; pass?: string; token?: string; authenticator?: Authenticator };
  /** TLS in the form that NATS's client takes. Without it the client uses TLS where the server asks for it. */
  tls: TlsOptions | undefined;
}

/** The parameters that an address may have, named as the flags of the `nats` command. Each names a file. */
const PARAMETERS = ['tlsca', 'tlscert', 'tlskey', 'creds'] as const;

/**
 * Reads addresses as in NATS_URL: `nats://user:password@host:port`, `nats://token@host:port`, `host:port` or `host`. With
 * `tls://` the connection is never in plain text. A connection has one user and one TLS, so all addresses that name them name
 * the same ones.
 *
 * @throws VestnikError `invalid` for a text that is no address, an unknown parameter, a file that cannot be read, and for two
 * different users. The error repeats no password.
 */
export function readAddresses(addresses: readonly string[]): Addresses {
  const urls = addresses.map(parseAddress);
  const named = urls.find((url) => url.username !== '');
  const another = urls.some(
    (url) => url.username !== '' && (url.username !== named?.username || url.password !== named.password),
  );
  if (another) throw invalid('the addresses name different users or passwords');
  const creds = readParameter(urls, 'creds');
  return {
    servers: urls.map((url) => `${url.protocol}//${url.host}`),
    credentials: {
      ...(named && credentialsOf(named)),
      ...(creds !== undefined && { authenticator: credsAuthenticator(new TextEncoder().encode(creds)) }),
    },
    tls: tlsOf(urls),
  };
}

function parseAddress(address: string): URL {
  const text = address.includes('://') ? address : `nats://${address}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^(nats|tls):$/.test(url.protocol)) {
    throw invalid('needs addresses like nats://user:password@host:4222, or tls://');
  }
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.some((known) => known === name));
  if (unknown !== undefined) throw invalid(`has an unknown parameter "${unknown}"; there are ${PARAMETERS.join(', ')}`);
  return url;
}

function credentialsOf({ username, password }: URL): Addresses['credentials'] {
  const name = decodeURIComponent(username);
  return password === '' ? { token: name } : { user: name, pass: decodeURIComponent(password) };
}

function tlsOf(urls: readonly URL[]): TlsOptions | undefined {
  const ca = readParameter(urls, 'tlsca');
  const cert = readParameter(urls, 'tlscert');
  const key = readParameter(urls, 'tlskey');
  const isAsked = urls.some(({ protocol }) => protocol === 'tls:') || (ca ?? cert ?? key) !== undefined;
  if (!isAsked) return undefined;
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}

/** Returns the content of the file that a parameter of any address names; undefined where none names one. */
function readParameter(urls: readonly URL[], name: (typeof PARAMETERS)[number]): string | undefined {
  const file = urls.map((url) => url.searchParams.get(name)).find(Boolean);
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid(`${name} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function invalid(reason: string): VestnikError {
  return new VestnikError('invalid', `NATS_URL: ${reason}`);
}

/** Returns the same addresses with the credentials of a user, in the form that `readAddresses` reads. */
export function addressesFor(addresses: readonly string[], user: string, password: string): string[] {
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return addresses
    .map(parseAddress)
    .map(({ protocol, host, search }) => `${protocol}//${credentials}@${host}${search}`);
}
