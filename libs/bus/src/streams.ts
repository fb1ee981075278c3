import { setTimeout as delay } from 'node:timers/promises';
import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StoredMsg,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { type DurableEvent, type Stream, VestnikError } from '@vestnik/contracts';
import type { Bus } from './bus.ts';
import { durablePublishes } from './diagnostics.ts';
import { apiPrefixOf } from './permissions.ts';

const DAY_MS = 86_400_000;
/** Servers that keep a stream, where there are so many. */
const REPLICAS = 3;
/** JetStream's codes for more replicas than servers: no suitable peers, no cluster, too few servers online. */
const TOO_FEW_SERVERS = new Set([10_005, 10_074, 10_023]);
/** Milliseconds for which JetStream remembers a message id. Beyond that, consumers themselves ignore repetitions. */
const DUPLICATE_WINDOW_MS = 120_000;
/** Messages of one fetch. JetStream gives 1,024 at most. */
const READ_AT_ONCE = 1_000;
/** How often a reading that brings nothing is repeated, and the wait before it, in milliseconds. */
const EMPTY_READS = 5;
const EMPTY_WAIT_MS = 100;

/** An event as a stream keeps it. */
export type StoredEvent = Pick<StoredMsg, 'subject' | 'data' | 'time' | 'seq'>;

/**
 * Creates a stream or brings it up to date. Running it again changes nothing. For operators of the bus. Where the bus has
 * three servers the stream is on three, else on one. A stream never gets fewer by itself, since a server may be away.
 *
 * @param replicas the number of servers that keep the stream, in place of that
 */
export async function ensureStream(bus: Bus, stream: Stream, replicas?: number): Promise<void> {
  const { streams } = await bus.manager();
  const known = await streams.info(stream.name).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  const now = known?.config.num_replicas ?? 1;
  const choices = replicas === undefined ? (now > 1 ? [now] : [REPLICAS, 1]) : [replicas];
  for (const [index, num_replicas] of choices.entries()) {
    const config = { ...configurationOf(stream), num_replicas };
    try {
      if (known) await streams.update(stream.name, config);
      else await streams.add(config);
      return;
    } catch (error) {
      if (index === choices.length - 1 || !hasTooFewServers(error)) throw error;
    }
  }
}

/** Returns the used share of the bytes that a stream may keep, from 0 to 1. */
export async function usedShareOf(bus: Bus, stream: Stream): Promise<number> {
  const { state, config } = await (await managerOf(bus, stream)).streams.info(stream.name);
  return config.max_bytes > 0 ? state.bytes / config.max_bytes : 0;
}

function isMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
}

function hasTooFewServers(error: unknown): boolean {
  return error instanceof JetStreamApiError && TOO_FEW_SERVERS.has(error.code);
}

/**
 * Checks at the start of a service that the stream of its events is there. No service may create a stream, since the creator
 * decides which subjects the stream takes. Only on a bus without users does the service create it.
 *
 * @throws VestnikError `unavailable` when the stream is missing and may not be created.
 */
export async function openStream(bus: Bus, stream: Stream): Promise<void> {
  try {
    await (await managerOf(bus, stream)).streams.info(stream.name);
  } catch (error) {
    if (!isMissing(error)) throw away(stream.name, error);
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
    discard: stream.whenFull === 'refuse' ? DiscardPolicy.New : DiscardPolicy.Old,
    max_bytes: stream.maxBytes,
    max_msg_size: stream.maxEventBytes,
    max_age: nanos(stream.maxAgeDays * DAY_MS),
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    max_msgs_per_subject: -1,
    allow_direct: true,
    ...(stream.storedSubject && {
      republish: { src: stream.subjects[0] ?? '>', dest: stream.storedSubject, headers_only: true },
    }),
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
    bus.streamFaults.stored(event.stream);
  } catch (cause) {
    bus.streamFaults.refused(event.stream, cause);
    throw away(event.stream, cause);
  }
}

/**
 * Calls `handle` for each event that a stream keeps from a sequence number on, oldest first. Returns the sequence number of the
 * newest event that the stream has stored.
 *
 * @throws VestnikError `unavailable` when the stream does not answer, possibly after some events were handed over.
 */
export async function readStream(
  bus: Bus,
  stream: Stream,
  from: number,
  handle: (event: StoredEvent) => void,
): Promise<number> {
  try {
    const { direct, streams } = await managerOf(bus, stream);
    const { last_seq: last, first_seq: first } = (await streams.info(stream.name)).state;
    for (let next = Math.max(from, first), empty = 0; next <= last; ) {
      let isEmpty = true;
      for await (const event of await direct.getBatch(stream.name, { seq: next, batch: READ_AT_ONCE })) {
        handle(event);
        next = event.seq + 1;
        isEmpty = false;
      }
      if (!isEmpty) continue;
      // Another server than the one that stored the events answers, and may be behind. Deleted events look the same.
      empty += 1;
      if (empty > EMPTY_READS) return last;
      await delay(EMPTY_WAIT_MS);
    }
    return last;
  } catch (cause) {
    throw away(stream.name, cause);
  }
}

/** The manager for a stream, in whichever account it is. On a bus without users all streams are in one account. */
async function managerOf(bus: Bus, stream: Stream): Promise<JetStreamManager> {
  if (!stream.account) return bus.manager();
  const manager = await bus.manager(apiPrefixOf(stream));
  try {
    await manager.streams.info(stream.name);
  } catch (error) {
    // The library does not export the class of the error by which it says that nobody takes the request.
    if ((error as Error).name === 'JetStreamNotEnabled') return bus.manager();
    throw error;
  }
  return manager;
}
