import { deferred, type Subscription } from '@nats-io/transport-node';

/** What this needs of the client's inside, which its types hide (docs/adr/0005-libraries.md). */
interface Inside {
  signal?: unknown;
  iterClosed?: unknown;
  closed?: unknown;
  yields?: unknown;
}

/** Nobody waits for any of these: they are resolved again and again, to no effect. */
const UNUSED = deferred<never>();
const NOTHING: readonly never[] = [];

/**
 * Takes from a subscription with a callback what only those without one use: three promises with their closures and a
 * queue, two thirds of its memory. A gateway holds one subscription for each user who is connected.
 */
export function lighten(subscription: Subscription): void {
  const inside = subscription as unknown as Inside;
  inside.signal = UNUSED;
  inside.iterClosed = UNUSED;
  inside.closed = UNUSED;
  inside.yields = NOTHING;
}
