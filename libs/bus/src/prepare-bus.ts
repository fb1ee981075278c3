import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { retiredConsumers, type Stream, streams } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import { type Bus, connectBus } from './bus.ts';
import { ensureStream } from './streams.ts';

/** The addresses of the operators' users. On a bus without users both are the same. */
export interface OperatorAddresses {
  readonly ops: readonly string[];
  readonly revoker: readonly string[];
}

/**
 * Creates every stream in its account, or brings it up to date, and removes retired consumers. Running it again changes nothing.
 *
 * @param replicas the number of servers that keep each stream; by default 3 where there are three servers, else 1
 * @throws VestnikError when the bus cannot be reached
 */
export async function prepareBus(addresses: OperatorAddresses, logger: Logger, replicas?: number): Promise<void> {
  const all = Object.values<Stream>(streams);
  for (const user of ['ops', 'revoker'] as const) {
    const bus = await connectBus({ servers: addresses[user], user, name: 'prepare', logger });
    try {
      const own = all.filter(({ account }) => (account === undefined) === (user === 'ops'));
      for (const stream of own) await ensureStream(bus, stream, replicas);
      if (user === 'ops') await removeRetiredConsumers(bus);
    } finally {
      await bus.close();
    }
  }
}

async function removeRetiredConsumers(bus: Bus): Promise<void> {
  const { consumers } = await bus.manager();
  for (const { stream, name } of retiredConsumers) {
    await consumers.delete(stream, name).catch((error: unknown) => {
      const isGone = error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound;
      if (!isGone) throw error;
    });
  }
}
