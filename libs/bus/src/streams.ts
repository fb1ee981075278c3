import { DiscardPolicy, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { type DurableEvent, type Stream, VestnikError } from '@vestnik/contracts';
import type { Bus } from './bus.ts';

const DAY_MS = 86_400_000;
/** How long JetStream remembers a message id; consumers are idempotent beyond it. */
const DUPLICATE_WINDOW_MS = 120_000;

/** Creates or updates a stream; called by its owner at the start, by any instance, any number of times. */
export async function ensureStream(bus: Bus, stream: Stream): Promise<void> {
  const manager = await bus.manager();
  const config = {
    name: stream.name,
    subjects: [...stream.subjects],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanos(stream.maxAgeDays * DAY_MS),
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
  };
  try {
    await manager.streams.add(config);
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error;
    await manager.streams.update(stream.name, config);
  }
}

/**
 * Publishes a durable event and resolves when the stream has stored it. The same `id` within two minutes is stored once.
 *
 * @throws VestnikError `unavailable` when the stream does not answer.
 */
export async function publishDurable<Payload>(
  bus: Bus,
  event: DurableEvent<Payload>,
  id: string,
  payload: Payload,
): Promise<void> {
  try {
    await bus.streams.publish(event.subject, JSON.stringify(payload), { msgID: id });
  } catch (cause) {
    throw new VestnikError('unavailable', `The stream ${event.stream} does not answer`, { cause });
  }
}
