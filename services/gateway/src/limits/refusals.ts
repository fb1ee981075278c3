import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';

/** The limits that refuse or end something of a client, as the metric names them. */
const REFUSING_LIMITS = [
  'costly_reads',
  'frame_rate',
  'json_structure',
  'openings',
  'refused_tokens',
  'request_rate',
  'sender_budget',
  'slow_answer',
  'slow_socket',
  'sockets',
  'stranger_requests',
  'unauthenticated_connections',
  'unauthorized',
  'user_backlog',
  'user_connections',
] as const;

/** One of these limits. */
export type RefusingLimit = (typeof REFUSING_LIMITS)[number];

/** Counts one refusal of a limit. Refusals are counted and not logged: a client can cause any number of them. */
export type CountRefusal = (limit: RefusingLimit) => void;

/** One line of the log sums up the refusals of so many milliseconds. */
const SUM_UP_MS = 5_000;

/** Creates the counter of the refusals of one gateway: a metric, and one line of the log for each interval with refusals. */
export function createRefusalCounter(metrics: Metrics, logger: Logger): CountRefusal {
  const counter = metrics.counter('limit_refusals_total', 'Things of clients that a limit refused or ended', {
    limit: REFUSING_LIMITS,
  });
  let refused: Partial<Record<RefusingLimit, number>> | undefined;

  function sumUp(): void {
    logger.info({ refused, seconds: SUM_UP_MS / 1_000 }, 'refusals');
    refused = undefined;
  }

  return (limit) => {
    counter.inc({ limit });
    if (!refused) {
      refused = {};
      setTimeout(sumUp, SUM_UP_MS).unref();
    }
    refused[limit] = (refused[limit] ?? 0) + 1;
  };
}
