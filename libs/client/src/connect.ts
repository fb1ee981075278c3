import type { Client } from './client.ts';
import type { ConnectOptions } from './options.ts';

/**
 * Connects to the server as a user. The client is usable at once: with `storage` it shows the last state, and calls wait for the
 * line.
 */
export type Connect = (options: ConnectOptions) => Client;
