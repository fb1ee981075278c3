/** The ways in which the system can break its promise. */
export type FaultKind = 'lost' | 'twice' | 'outOfOrder' | 'wrong';

/** Something that was not as promised. */
export interface Fault {
  kind: FaultKind;
  /** In one line. */
  what: string;
}

/** A fault as it counts in a verdict. */
export interface Finding extends Fault {
  /** How many messages it concerns; one by default. */
  count?: number;
  /** The user whose client the fault concerns. */
  userId?: number;
}
