import type { Handlers } from '@vestnik/bus';
import { type AnyEndpoint, VestnikError } from '@vestnik/contracts';
import type { Metrics } from '@vestnik/ops';

type AnyHandler = (input: unknown, call: unknown) => Promise<unknown>;

/** Seconds that requests are counted by, up to what a caller waits for. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3];

/**
 * Wraps handlers so that their requests are counted by outcome (`ok` or the code of the refusal) and timed.
 *
 * @param translate as `serve` has it: a fault that is told as a refusal is counted as that refusal
 */
export function measureHandlers<Catalogue extends Record<string, AnyEndpoint>>(
  metrics: Metrics,
  translate: (error: unknown) => VestnikError | undefined,
  endpoints: Catalogue,
  handlers: Handlers<Catalogue>,
): Handlers<Catalogue> {
  const requests = metrics.counter('requests_total', 'Requests by endpoint and outcome', ['endpoint', 'outcome']);
  const seconds = metrics.histogram('request_duration_seconds', 'Time to answer a request', BUCKETS, ['endpoint']);

  const measure =
    (endpoint: string, handle: AnyHandler): AnyHandler =>
    async (input, call) => {
      const stopTimer = seconds.startTimer({ endpoint });
      let outcome = 'ok';
      try {
        return await handle(input, call);
      } catch (error) {
        const refusal = error instanceof VestnikError ? error : translate(error);
        outcome = refusal?.code ?? 'internal';
        throw error;
      } finally {
        stopTimer();
        requests.inc({ endpoint, outcome });
      }
    };

  const measured = Object.entries(endpoints).map(([key, { verb }]) => [
    key,
    measure(verb, handlers[key] as AnyHandler),
  ]);
  return Object.fromEntries(measured) as Handlers<Catalogue>;
}
