import type { Metrics } from '@vestnik/ops';

/** The limits that refuse or end something of a client, as the metric names them. */
export type RefusingLimit =
  | 'frame_rate'
  | 'request_rate'
  | 'json_structure'
  | 'slow_answer'
  | 'slow_socket'
  | 'user_backlog'
  | 'user_connections';

/** Counts one refusal of a limit. Refusals are counted and not logged: a client can cause any number of them. */
export type CountRefusal = (limit: RefusingLimit) => void;

/** Creates the counter of the refusals of one gateway. */
export function createRefusalCounter(metrics: Metrics): CountRefusal {
  const refused = metrics.counter('limit_refusals_total', 'Things of clients that a limit refused or ended', ['limit']);
  return (limit) => refused.inc({ limit });
}
