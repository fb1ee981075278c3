import { readFileSync } from 'node:fs';
import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from 'node:tls';
import { type PostgresAddress, readPostgresUrl, SettingError } from '@vestnik/config';
import pg from 'pg';
import { PreferTlsClient } from './prefer-tls.ts';

/** The options of `pg` for a connection, and the class of its clients. */
export interface DriverOptions extends pg.ClientConfig {
  Client: typeof pg.Client;
}

/**
 * Returns the options of the driver for an address as in DATABASE_URL, with TLS as the URL asks for it. The driver itself
 * reads such URLs otherwise: it takes `require` for `verify-full`, and knows no `prefer`.
 *
 * @throws SettingError when the URL cannot be read, or names a certificate that cannot be read.
 */
export function driverOptions(url: string): DriverOptions {
  const address = readPostgresUrl(url);
  const { host, port, user, password, database, applicationName, tlsMode } = address;
  return {
    host,
    port,
    user,
    password,
    database,
    ...(applicationName !== undefined && { application_name: applicationName }),
    ssl: tlsMode === 'disable' ? false : tlsOptions(address),
    Client: tlsMode === 'prefer' ? PreferTlsClient : pg.Client,
  };
}

/** Creates a client that is not connected yet. `extra` goes to the driver. */
export function createClient(url: string, extra: pg.ClientConfig = {}): pg.Client {
  const { Client, ...options } = driverOptions(url);
  return new Client({ ...options, ...extra });
}

function tlsOptions(address: PostgresAddress): ConnectionOptions {
  const { host, tlsMode, rootCertFile, certFile, keyFile } = address;
  return {
    rejectUnauthorized: tlsMode === 'verify-ca' || tlsMode === 'verify-full',
    // Given in every mode: the driver names no server to Node when the host is an address.
    checkServerIdentity:
      tlsMode === 'verify-full'
        ? (_: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate)
        : () => undefined,
    // `system` is libpq's word for the certificates that the machine trusts, which Node takes without any.
    ...(rootCertFile !== undefined && rootCertFile !== 'system' && { ca: read('sslrootcert', rootCertFile) }),
    ...(certFile !== undefined && { cert: read('sslcert', certFile) }),
    ...(keyFile !== undefined && { key: read('sslkey', keyFile) }),
  };
}

function read(parameter: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingError(`DATABASE_URL: ${parameter} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
