import { tracingChannel } from 'node:diagnostics_channel';

/** A query, as the channel below describes it. */
export interface QueryTrace {
  /** The database connection that runs the query; of use only to tell connections apart. */
  connection: object;
  /** Name of the statement, if it has one. */
  name: string | undefined;
  /** SQL of the query: `begin`, `commit` and `rollback` are queries too. */
  text: string;
  values: readonly unknown[];
}

/**
 * Every query of this process, on a standard channel of node:diagnostics_channel: `start` before the query is written,
 * `asyncEnd` with its result, before the caller gets it; `error` is set when the query failed. Without a subscriber the
 * channel costs one comparison.
 */
export const queries = tracingChannel<QueryTrace>('vestnik:database:query');

type Callback = (error: unknown, result: unknown) => void;

/** Announces a query and returns a callback that announces its end, then calls `callback`. */
export function traceQuery(connection: object, parameters: readonly unknown[], callback: Callback): Callback {
  const trace = traceOf(connection, parameters);
  queries.start.publish(trace);
  return (error, result) => {
    const ended = Object.assign(trace, error ? { error } : { result });
    if (error) queries.error.publish(ended);
    queries.asyncStart.publish(ended);
    queries.asyncEnd.publish(ended);
    callback(error, result);
  };
}

function traceOf(connection: object, [query, values]: readonly unknown[]): QueryTrace {
  if (typeof query === 'string') {
    return { connection, name: undefined, text: query, values: Array.isArray(values) ? values : [] };
  }
  const { name, text = '', values: own = [] } = query as { name?: string; text?: string; values?: readonly unknown[] };
  return { connection, name, text, values: own };
}
