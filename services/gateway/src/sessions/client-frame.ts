import type { ErrorBody } from '@vestnik/contracts';

/** A frame of a client without its door's framing. Event and data are not yet checked. */
export interface ClientFrame {
  event: string;
  data: unknown;
  /** The fault of the frame itself, where the gateway can still answer it. */
  fault: string | undefined;
}

/** The answer to a frame. */
export type Reply = { ok: true; data: unknown } | { ok: false; error: ErrorBody };
