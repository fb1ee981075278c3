import { DiscardPolicy, JetStreamApiCodes, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { type DurableEvent, type Stream, VestnikError } from '@vestnik/contracts';
import type { Bus } from './bus.ts';
import { durablePublishes } from './diagnostics.ts';

const DAY_MS = 86_400_000;
/** Milliseconds for which JetStream remembers a message id. Beyond that, consumers themselves ignore repetitions. */
const DUPLICATE_WINDOW_MS = 120_000;
/** Messages of one fetch. JetStream gives 1,024 at most. */
const READ_AT_ONCE = 1_000;

/** Creates or updates a stream. Running it again changes nothing. For operators of the bus. */
export async function ensureStream(bus: Bus, stream: Stream): Promise<void> {
  const { streams } = await bus.manager();
  const config = configurationOf(stream);
  try {
    await streams.add(config);
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error;
    await streams.update(stream.name, config);
  }
}

/**
 * Checks at the start of a service that the stream of its events is there. No service may create a stream, since the creator
 * decides which subjects the stream takes. Only on a bus without users does the service create it.
 *
 * @throws VestnikError `unavailable` when the stream is missing and may not be created.
 */
export async function openStream(bus: Bus, stream: Stream): Promise<void> {
  const { streams } = await bus.manager();
  try {
    await streams.info(stream.name);
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound))
      throw away(stream.name, error);
    await ensureStream(bus, stream).catch((cause: unknown) => {
      throw new VestnikError('unavailable', `The stream ${stream.name} is missing: npm run migrate makes it`, {
        cause,
      });
    });
  }
}

function configurationOf(stream: Stream) {
  return {
    name: stream.name,
    subjects: [...stream.subjects],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanos(stream.maxAgeDays * DAY_MS),
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    max_msgs_per_subject: stream.maxPerSubject ?? -1,
    allow_direct: true,
  };
}

function away(stream: string, cause: unknown): VestnikError {
  return new VestnikError('unavailable', `The stream ${stream} does not answer`, { cause });
}

/**
 * Publishes a durable event and resolves when the stream has stored it. The stream stores an `id` once within two minutes.
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
    const publish = () => bus.streams.publish(event.subject, JSON.stringify(payload), { msgID: id });
    await durablePublishes.tracePromise(publish, { subject: event.subject });
  } catch (cause) {
    throw away(event.stream, cause);
  }
}

/**
 * Calls `handle` for each event that a stream keeps, oldest first.
 *
 * @throws VestnikError `unavailable` when the stream does not answer, possibly after some events were handed over.
 */
export async function readStream(
  bus: Bus,
  stream: Stream,
  handle: (payload: Uint8Array, subject: string) => void,
): Promise<void> {
  const { direct, streams } = await bus.manager();
  try {
    const { last_seq: last, messages } = (await streams.info(stream.name)).state;
    if (messages === 0) return;
    for (let seq = 1; seq <= last; ) {
      let count = 0;
      for await (const message of await direct.getBatch(stream.name, { seq, batch: READ_AT_ONCE })) {
        handle(message.data, message.subject);
        seq = message.seq + 1;
        count += 1;
      }
      if (count === 0) return;
    }
  } catch (cause) {
    throw away(stream.name, cause);
  }
}
