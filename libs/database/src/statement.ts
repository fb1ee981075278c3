/** A parametrised SQL text with a name, under which each connection keeps it parsed and planned. */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  /** Carries the type of a row; never read. */
  readonly row?: Row;
}

/** Describes a statement whose rows are of type `Row`; `name` is unique within the service. */
export function statement<Row>(name: string, text: string): Statement<Row> {
  return { name, text };
}
