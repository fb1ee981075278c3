import { streams } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import { connectBus } from './bus.ts';
import { ensureStream } from './streams.ts';

/**
 * Creates every stream, or brings it up to date. Running it again changes nothing.
 *
 * @param servers addresses with credentials of ops, or of a bus without users
 * @throws VestnikError when the bus cannot be reached
 */
export async function prepareBus(servers: readonly string[], logger: Logger): Promise<void> {
  const bus = await connectBus({ servers, user: 'ops', name: 'prepare', logger });
  try {
    for (const stream of Object.values(streams)) await ensureStream(bus, stream);
  } finally {
    await bus.close();
  }
}
