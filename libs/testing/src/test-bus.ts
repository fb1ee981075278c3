import { type Bus, connectBus } from '@vestnik/bus';
import { createLogger, type Logger } from '@vestnik/logging';
import { patience } from './slowness.ts';
import { stopWithSuite } from './suite-stops.ts';

/** How long a test waits for an answer, in milliseconds: a slow machine is not what tests look for. */
const ANSWER_WITHIN_MS = 10_000;

/** Connects a test to the bus. Its requests wait longer for their answers than those of services do. */
export async function connectTestBus(
  natsUrl: string,
  logger: Logger = createLogger('tests', 'silent'),
  user?: 'ops',
): Promise<Bus> {
  const bus = await connectBus({ servers: natsUrl.split(','), name: 'tests', logger, ...(user && { user }) });
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= bus.close());
  stopWithSuite(close);
  return {
    ...bus,
    request: (endpoint, input, options) =>
      bus.request(endpoint, input, { timeoutMs: patience(ANSWER_WITHIN_MS), ...options }),
    requestLines: (endpoint, input, options) =>
      bus.requestLines(endpoint, input, { timeoutMs: patience(ANSWER_WITHIN_MS), ...options }),
    close,
  };
}
