import { ERROR_STATUS, toErrorBody } from '@vestnik/contracts';
import type { Metrics } from '@vestnik/ops';
import { CLOSE_CODES, type CloseCode } from './close-codes.ts';

/** Why a socket has closed: the gateway closed it, its client said goodbye, or its line ended without a word. */
export type CloseReason = CloseCode | 'client' | 'lost';

/** Counts the sockets that did not come in, and those that left. */
export interface SocketCounts {
  closed(reason: CloseReason): void;
  /** Counts a refused handshake by the code of its error. */
  refused(error: unknown): void;
}

/** Creates the counts of one gateway. */
export function createSocketCounts(metrics: Metrics): SocketCounts {
  const closed = metrics.counter('sockets_closed_total', 'Closed sockets, by reason', {
    reason: [...Object.keys(CLOSE_CODES), 'client', 'lost'],
  });
  const refused = metrics.counter('handshakes_refused_total', 'Refused handshakes of sockets, by error code', {
    code: Object.keys(ERROR_STATUS),
  });
  return {
    closed: (reason) => closed.inc({ reason }),
    refused: (error) => refused.inc({ code: toErrorBody(error).code }),
  };
}
