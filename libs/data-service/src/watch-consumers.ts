import type { Bus } from '@vestnik/bus';
import { type DataService, type Service, services } from '@vestnik/contracts';
import type { Metrics } from '@vestnik/ops';

/**
 * Tells how many events each durable consumer of a service is behind: events that no instance has got, and events without an
 * acknowledgement. NaN while the bus is away or the consumer is not there yet.
 */
export function watchConsumers(metrics: Metrics, bus: Bus, service: DataService): void {
  const { consumers }: Service = services[service];
  if (consumers.length === 0) return;

  async function lagOf(stream: string, durable: string): Promise<number> {
    if (!bus.isConnected()) return Number.NaN;
    const manager = await bus.manager();
    const { num_pending: pending, num_ack_pending: unacknowledged } = await manager.consumers.info(stream, durable);
    return pending + unacknowledged;
  }

  metrics.gauges('consumer_lag', 'Events that a durable consumer has still to handle', 'consumer', async () => {
    const lags = consumers.map(async ({ durable, event }) => {
      const lag = await lagOf(event.stream, durable).catch(() => Number.NaN);
      return [durable, lag] as const;
    });
    return Object.fromEntries(await Promise.all(lags));
  });
}
