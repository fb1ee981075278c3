import { createServer } from 'node:http';
import { createVerifier } from '@vestnik/auth';
import express from 'express';
import createKnex from 'knex';
import { Server } from 'socket.io';
import { createRouter } from './rest.ts';
import { createSchema } from './schema.ts';
import { openSockets } from './sockets.ts';

/** The settings of the comparator, which are its parent's first message. */
export interface ComparatorSettings {
  databaseUrl: string;
  port: number;
  secret: string;
  /** The tables are to be made. */
  isNew: boolean;
}

const POOL = { min: 2, max: 20 };

/** One process of Express, Socket.IO, knex and pg: the messenger as anyone would write it in an afternoon. */
async function start({ databaseUrl, port, secret, isNew }: ComparatorSettings): Promise<void> {
  const knex = createKnex({ client: 'pg', connection: databaseUrl, pool: POOL });
  if (isNew) await createSchema(knex);
  const verify = createVerifier({ secret });
  const app = express();
  app.use('/api/messenger', createRouter(knex, verify));
  const server = createServer(app);
  openSockets(new Server(server, { cors: { origin: '*' } }), knex, verify);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}

process.once('message', (settings: ComparatorSettings) => {
  start(settings).then(
    () => process.send?.({ ready: true }),
    (error: unknown) => {
      process.stderr.write(`comparator: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
