import { setTimeout as delay } from 'node:timers/promises';
import type { Stream } from '@vestnik/contracts';
import type { Bus } from './bus.ts';
import { serverFault } from './stream-faults.ts';
import { usedShareOf } from './streams.ts';

/** A look at a stream takes so many milliseconds at most, since a caller waits a second for the health of a service. */
const LOOK_MS = 700;

/**
 * Returns why a stream takes no events at present, in a few words. Undefined when it takes them, as far as this process knows:
 * its last event was stored, and the server has the stream. A late answer of the server says nothing.
 */
export async function streamFault(bus: Bus, stream: Stream): Promise<string | undefined> {
  const look = usedShareOf(bus, stream).then(() => undefined, serverFault);
  const seen = await Promise.race([look, delay(LOOK_MS, undefined, { ref: false })]);
  return seen ?? bus.streamFaults.faultOf(stream.name);
}
