import { checkServer, driverOptions, sessionOptions } from '@vestnik/postgres';
import type { ClientBase } from 'pg';

/**
 * Returns the options of MikroORM by which its pool connects as the URL asks, with the session settings. The first connection
 * checks that the server is fit, and so does each further one until one was.
 *
 * @throws SettingError when the URL cannot be read, or names a certificate that cannot be read.
 */
export function serverConnection(url: string, sessionSettings: Readonly<Record<string, string>> = {}) {
  let isFit = false;
  return {
    clientUrl: url,
    // MikroORM would look for the database at the start, which would fail while the database is away.
    ensureDatabase: false,
    driverOptions: {
      ...driverOptions(url),
      options: sessionOptions(sessionSettings),
      async onConnect(client: ClientBase): Promise<void> {
        if (isFit) return;
        await checkServer(client);
        isFit = true;
      },
    },
  };
}
