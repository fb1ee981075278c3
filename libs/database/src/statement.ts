/**
 * A parametrised SQL text with a name, under which each connection keeps it parsed and planned. `Values` is the list of its
 * parameters, `$1` first: `[userIds: readonly number[], limit: number]`.
 */
export interface Statement<Row, Values extends readonly unknown[] = readonly unknown[]> {
  readonly name: string;
  readonly text: string;
  /** True for a statement that changes rows or waits for locks. It takes its connection from the share of writes. */
  readonly writes: boolean;
  /** Carries the type of a row; never read. */
  readonly row?: Row;
  /** Carries the types of the parameters; never read. */
  readonly values?: Values;
}

/**
 * Describes a statement that reads: the type of its rows, the names and types of its parameters, its name and its SQL.
 *
 * @param name what the statement does, verb first; unique within the service
 */
export function statement<Row, Values extends readonly unknown[] = readonly unknown[]>(
  name: string,
  text: string,
): Statement<Row, Values> {
  return { name, text, writes: false };
}

/** Describes a statement that changes rows or waits for locks, as `statement` does. */
export function writeStatement<Row, Values extends readonly unknown[] = readonly unknown[]>(
  name: string,
  text: string,
): Statement<Row, Values> {
  return { name, text, writes: true };
}
