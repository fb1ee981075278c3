import type { ClientBase, PoolClient } from 'pg';
import { queries, traceQuery } from './diagnostics.ts';
import { isDatabaseAway } from './errors.ts';

type Query = (...parameters: unknown[]) => unknown;
type Callback = (error: unknown, result: unknown) => void;

/** The driver's message for a statement that took longer than its `query_timeout`. */
const TIMEOUT_MESSAGE = 'Query read timeout';
/** How Kysely, below MikroORM, and `transaction` of this package begin a transaction. */
const BEGIN = /^(begin|start transaction)\b/;
/** The driver's answer to a rollback. */
const ROLLED_BACK = { command: 'ROLLBACK', rowCount: null, oid: 0, fields: [], rows: [] };

/**
 * Guards a connection of a pool against a server that goes away in the middle of a transaction.
 *
 * A connection ends as soon as one of its statements is not answered within `limitMs`. The caller gets an error then, but
 * the server may still run the statement. A rollback behind it would never be sent. Such a connection would go back to the
 * pool inside an open transaction. It would keep its locks, and the next statements would run in that transaction.
 *
 * A rollback on a lost connection succeeds, since the server rolls back each transaction that ends without a commit. Kysely,
 * on which MikroORM runs, gives the connection of a transaction back only after a rollback without an error. Each rollback
 * that fails would take one connection of the pool for ever. For the same reason, a connection on which no transaction could
 * begin is given back here, to be dropped. Kysely does not give it back, and no other code that begins a transaction may.
 *
 * Limit and promises are made here and not by the driver. The driver's own attach a closure to each query, through which V8
 * keeps every past query alive until a full collection.
 *
 * @param onError gets the error of each statement that the server has refused
 */
export function guardConnection(client: ClientBase, limitMs: number, onError: (error: unknown) => void): void {
  const query = client.query.bind(client) as Query;

  function ask(parameters: readonly unknown[], asked: Callback): void {
    const callback = queries.hasSubscribers ? traceQuery(client, parameters, asked) : asked;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      void end(client);
      callback(new Error(TIMEOUT_MESSAGE), undefined);
    }, limitMs);
    const answered: Callback = (error, result) => {
      if (isLate) return;
      clearTimeout(timer);
      if (error) onError(error);
      // The error of a statement with a shorter limit of its own.
      if (error instanceof Error && error.message === TIMEOUT_MESSAGE) void end(client);
      callback(error, result);
    };
    try {
      query(...parameters, answered);
    } catch (error) {
      clearTimeout(timer);
      throw error;
    }
  }

  async function askAndWait(parameters: readonly unknown[]): Promise<unknown> {
    try {
      return await new Promise((resolve, reject) => {
        const settle: Callback = (error, result) => (error ? reject(error) : resolve(result));
        ask(parameters, settle);
      });
    } catch (error) {
      if (parameters[0] === 'rollback' && isDatabaseAway(error)) return ROLLED_BACK;
      if (typeof parameters[0] === 'string' && BEGIN.test(parameters[0])) (client as PoolClient).release(true);
      // The driver's stack leads to the socket, not to the caller.
      if (error instanceof Error) Error.captureStackTrace(error);
      throw error;
    }
  }

  const guarded: Query = (...parameters) => {
    const callback = parameters.at(-1);
    if (typeof callback === 'function') return ask(parameters.slice(0, -1), callback as Callback);
    return isSubmittable(parameters[0]) ? query(...parameters) : askAndWait(parameters);
  };
  Object.assign(client, { query: guarded });
}

/** A cursor and the like, which uses the connection itself. */
function isSubmittable(what: unknown): boolean {
  return typeof (what as { submit?: unknown } | null)?.submit === 'function';
}

/** The pool drops a connection that is ending. */
async function end(client: ClientBase): Promise<void> {
  await (client as ClientBase & { end(): Promise<void> }).end();
}
