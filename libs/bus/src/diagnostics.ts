import { channel, tracingChannel } from 'node:diagnostics_channel';

/*
 * Every request and event of the bus, on standard channels of node:diagnostics_channel. A channel without a subscriber costs
 * one comparison. A tracing channel publishes `start` before the work and `end` when its synchronous part is over. It publishes
 * `asyncEnd` when the result is there, before the caller gets it. `error` is set when the work failed.
 */

/** A message of the channels below. */
export interface BusTrace {
  subject: string;
}

/** Requests of this process: `start` before the request is written, `asyncEnd` with the answer. */
export const requests = tracingChannel<BusTrace>('vestnik:bus:request');
/** Requests to this process: `start` before the handler runs, `asyncEnd` before the answer is written. */
export const answers = tracingChannel<BusTrace>('vestnik:bus:answer');
/** Live events of this process, before each is written. */
export const livePublishes = channel('vestnik:bus:live-publish');
/** Live events to this process: `start` and `end` around the handler. */
export const liveEvents = tracingChannel<BusTrace>('vestnik:bus:live-event');
/** Durable events of this process: `asyncEnd` when the stream has stored the event. */
export const durablePublishes = tracingChannel<BusTrace>('vestnik:bus:durable-publish');
/** Durable events to this process: `start` before the handler runs, `asyncEnd` before the event is acknowledged. */
export const durableEvents = tracingChannel<BusTrace>('vestnik:bus:durable-event');
