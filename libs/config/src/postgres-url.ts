import { SettingError } from './settings.ts';

/** How a connection uses TLS, named as in libpq. */
const TLS_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** How a connection uses TLS. Without `sslmode` in the URL it is `prefer`. */
export type TlsMode = (typeof TLS_MODES)[number];

/** A database, the role that connects, and TLS as the URL asks for it. */
export interface PostgresAddress {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  applicationName: string | undefined;
  tlsMode: TlsMode;
  /** Files in PEM: certificates that may sign the server's, and the client's own certificate with its key. */
  rootCertFile: string | undefined;
  certFile: string | undefined;
  keyFile: string | undefined;
}

const DEFAULT_PORT = 5432;

/** The parameters that a URL may have. libpq names them so. */
const PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'application_name'] as const;

/**
 * Reads an address as in DATABASE_URL: `postgres://role:password@host:5432/database?sslmode=verify-full`.
 *
 * @throws SettingError for a text that is no such URL, for a parameter that Vestnik does not know, and for parameters that
 * do not fit together. The message repeats no value but that of `sslmode`.
 */
export function readPostgresUrl(text: string): PostgresAddress {
  try {
    return parsePostgresUrl(text);
  } catch (error) {
    throw new SettingError(`DATABASE_URL: ${(error as Error).message}`);
  }
}

/**
 * Reads an address as `readPostgresUrl` does.
 *
 * @throws Error whose message does not name the setting.
 */
export function parsePostgresUrl(text: string): PostgresAddress {
  const url = parse(text);
  const parameter = (name: (typeof PARAMETERS)[number]) => url.searchParams.get(name) || undefined;
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.some((known) => known === name));
  if (unknown !== undefined) {
    throw new Error(`has an unknown parameter "${unknown}"; there are ${PARAMETERS.join(', ')}`);
  }
  const rootCertFile = parameter('sslrootcert');
  const [certFile, keyFile] = [parameter('sslcert'), parameter('sslkey')];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new Error('needs both sslcert and sslkey, or neither');
  }
  return {
    host: decodeURIComponent(url.hostname.replace(/^\[|\]$/g, '')) || 'localhost',
    port: Number(url.port) || DEFAULT_PORT,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    applicationName: parameter('application_name'),
    tlsMode: readTlsMode(parameter('sslmode'), rootCertFile),
    rootCertFile,
    certFile,
    keyFile,
  };
}

function parse(text: string): URL {
  if (URL.canParse(text)) {
    const url = new URL(text);
    if (/^postgres(ql)?:$/.test(url.protocol)) return url;
  }
  throw new Error('must be a postgres:// URL like postgres://role:password@host:5432/database');
}

/** As libpq does, `require` beside a root certificate verifies the server against it. */
function readTlsMode(given: string | undefined, rootCertFile: string | undefined): TlsMode {
  const mode = TLS_MODES.find((known) => known === (given ?? 'prefer'));
  if (!mode) throw new Error(`has sslmode=${given}; it must be one of ${TLS_MODES.join(', ')}`);
  return mode === 'require' && rootCertFile !== undefined ? 'verify-ca' : mode;
}
