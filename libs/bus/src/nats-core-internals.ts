import { deferred, type Subscription } from '@nats-io/transport-node';

/*
 * Private parts of `@nats-io/nats-core`, used here alone (docs/adr/0005-libraries.md).
 */

/** Fields of a subscription that its types hide. */
interface Internals {
  signal?: unknown;
  iterClosed?: unknown;
  closed?: unknown;
  yields?: unknown;
}

/** Stands in place of promises that no code waits for. The client resolves it again and again, to no effect. */
const UNUSED = deferred<never>();
const NOTHING: readonly never[] = [];

/**
 * Trims the memory of a subscription with a callback by two thirds: drops three promises with their closures and a queue,
 * which only subscriptions without a callback use. A gateway holds one subscription for each connected user.
 */
export function trimSubscription(subscription: Subscription): void {
  const internals = subscription as unknown as Internals;
  internals.signal = UNUSED;
  internals.iterClosed = UNUSED;
  internals.closed = UNUSED;
  internals.yields = NOTHING;
}
