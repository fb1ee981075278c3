import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';

/** Remembers how the last durable events of a process fared. */
export interface StreamFaults {
  /** Notes that a stream has stored an event. */
  stored(stream: string): void;
  /** Notes that a stream did not store an event. An error that concerns this event alone is ignored. */
  refused(stream: string, error: unknown): void;
  /** Returns why a stream did not store the last event; undefined when it did, or when none was published. */
  faultOf(stream: string): string | undefined;
  /** True when a stream did not store its last event. */
  any(): boolean;
  /** Forgets all faults: the caller knows that no event waits, so other processes have published what this one could not. */
  forget(): void;
}

/** JetStream's codes for a disk, a memory or an account without room, and for a stream that cannot write. */
const NO_ROOM = new Set([10_002, 10_023, 10_028, 10_047, 10_077]);
const STREAM_NOT_FOUND = 10_059;

/** Creates the memory of a process that has just connected. */
export function createStreamFaults(): StreamFaults {
  const faults = new Map<string, string>();
  return {
    stored: (stream) => void faults.delete(stream),
    refused(stream, error) {
      const cause =
        serverFault(error) ?? (error instanceof errors.TimeoutError ? 'JetStream does not answer' : undefined);
      if (cause !== undefined) faults.set(stream, cause);
    },
    faultOf: (stream) => faults.get(stream),
    any: () => faults.size > 0,
    forget: () => faults.clear(),
  };
}

/** Returns the fault of the server or the stream that an error tells of; undefined for every other error. */
export function serverFault(error: unknown): string | undefined {
  if (error instanceof JetStreamApiError) {
    if (NO_ROOM.has(error.code)) return `JetStream has no room for events (code ${error.code})`;
    return error.code === STREAM_NOT_FOUND ? 'the stream is missing: run npm run migrate' : undefined;
  }
  if (!isUnanswered(error)) return undefined;
  return 'JetStream is off: nats-server turns it off when its disk is full, until nats-server is restarted';
}

/** True when no server takes the request. The library does not export the class of one of these errors. */
function isUnanswered(error: unknown): boolean {
  if (error instanceof errors.NoRespondersError) return true;
  if (error instanceof errors.RequestError) return error.isNoResponders();
  return error instanceof Error && (error.name === 'JetStreamNotEnabled' || isUnanswered(error.cause));
}
