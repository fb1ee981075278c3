import type { ClientBase, PoolClient } from 'pg';
import { isDatabaseAway } from './errors.ts';

type Query = (...parameters: unknown[]) => unknown;
type Callback = (error: unknown, result: unknown) => void;

/** What the driver says when a statement took longer than `query_timeout`. */
const TIMEOUT_MESSAGE = 'Query read timeout';
/** How Kysely, and `transaction` here, begin one. */
const BEGIN = /^(begin|start transaction)\b/;
/** As the driver would answer a rollback. */
const ROLLED_BACK = { command: 'ROLLBACK', rowCount: null, oid: 0, fields: [], rows: [] };

/**
 * Guards a connection of a pool against a server that goes away in the middle of a transaction.
 *
 * A connection ends as soon as one of its statements is not answered in time. The driver gives up waiting, but the
 * server may still run the statement, and a rollback that is given up too is never sent: such a connection would go back
 * to the pool inside an open transaction, keep its locks, and have the next statements run in it.
 *
 * And a rollback on a connection that is lost has succeeded: the server rolls back whatever ends without a commit.
 * Kysely gives the connection of a transaction back only after a rollback that did not fail, so each that fails would
 * take one place of the pool for ever. For the same reason a connection on which no transaction could begin is given back
 * here, as one to drop: Kysely does not, and whoever begins otherwise must not either.
 */
export function guardConnection(client: ClientBase): void {
  const query = client.query.bind(client) as Query;
  const judge = (error: unknown) => {
    if (error instanceof Error && error.message === TIMEOUT_MESSAGE) void end(client);
  };
  const guarded: Query = (...parameters) => {
    const callback = parameters.at(-1);
    if (typeof callback === 'function') {
      const judging: Callback = (error, result) => {
        judge(error);
        (callback as Callback)(error, result);
      };
      return query(...parameters.slice(0, -1), judging);
    }
    const answer = query(...parameters);
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: unknown) => {
      judge(error);
      if (parameters[0] === 'rollback' && isDatabaseAway(error)) return ROLLED_BACK;
      if (typeof parameters[0] === 'string' && BEGIN.test(parameters[0])) (client as PoolClient).release(true);
      throw error;
    });
  };
  Object.assign(client, { query: guarded });
}

/** The pool drops a connection that is ending. */
async function end(client: ClientBase): Promise<void> {
  await (client as ClientBase & { end(): Promise<void> }).end();
}
