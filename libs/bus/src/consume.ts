import { setTimeout as delay } from 'node:timers/promises';
import { AckPolicy, type ConsumerMessages, DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { type DurableEvent, parse, type ServiceName, streams, VestnikError } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { Bus } from './bus.ts';
import { durableEvents } from './diagnostics.ts';
import { keepAside } from './set-aside.ts';
import { openStream } from './streams.ts';

/** How a service consumes a durable event. */
export interface ConsumeOptions<Payload> {
  bus: Bus;
  logger: Logger;
  event: DurableEvent<Payload>;
  /** The service that consumes. */
  service: ServiceName;
  /** Name of the durable consumer, which all instances of the service share. */
  durable: string;
  /** The event with which a new consumer begins; the oldest by default. */
  startsAt?: 'oldest' | 'next';
  /** Handles one event. Handling it again has no further effect. After an error the event comes back later. */
  handle(payload: Payload): Promise<void>;
  /** Translates a fault of the service's own parts, such as a database that is away, into `unavailable`, as for `serve`. */
  translate?: (error: unknown) => VestnikError | undefined;
  /** An event was set aside; for a metric. */
  onSetAside(consumer: string): void;
  /** Waits before an event that failed is tried again, in milliseconds. After the last one the event is set aside. */
  retryDelaysMs?: readonly number[];
  /** The longest wait while the handler's database or another service is away, in milliseconds. */
  awayDelayMs?: number;
}

/** A running consumer. */
export interface Consumption {
  /** Finishes the event that is being handled, then stops. */
  stop(): Promise<void>;
}

/**
 * Milliseconds after which an event that was not acknowledged comes back. So the event of an instance that died waits no
 * longer. A slower handler may get its event a second time, without a further effect.
 */
const ACK_WAIT_MS = 10_000;
/** Milliseconds, by default. */
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
/** Milliseconds, by default. A database or service that is away is no fault of the event, and may be back soon. */
const AWAY_DELAY_MS = 5_000;
/** Events that a consumer fetches ahead. */
const FETCH_AHEAD = 64;
/** Milliseconds between two looks for a stream that does not exist yet. */
const STREAM_WAIT_MS = 300;

/**
 * Consumes a durable event, in order, one at a time per instance. Waits for the stream if its owner is not up yet, and
 * carries on after any loss of the bus.
 *
 * An event that cannot be handled after all retries is set aside: kept in the stream `ASIDE`, logged and counted. A message
 * that is no such event is set aside at once. Other events do not wait for either. An event that fails with `unavailable` is
 * tried for as long as the stream keeps it.
 */
export function consume<Payload>(options: ConsumeOptions<Payload>): Consumption {
  const stopping = new AbortController();
  let messages: ConsumerMessages | undefined;

  const run = async () => {
    while (!stopping.signal.aborted && !options.bus.connection.isClosed()) {
      try {
        messages = await open(options);
        // A stop while the consumer opened could not stop its messages.
        if (stopping.signal.aborted) messages.stop();
        for await (const message of messages) {
          // Events that were fetched ahead go back at once, for another instance.
          if (stopping.signal.aborted) message.nak();
          else await take(message, options);
        }
      } catch (error) {
        options.logger.debug({ err: error, stream: options.event.stream }, 'consumer waits for its stream');
      }
      if (!stopping.signal.aborted) await delay(STREAM_WAIT_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const running = run();

  return {
    async stop() {
      stopping.abort();
      messages?.stop();
      await running;
    },
  };
}

async function open<Payload>({ bus, event, durable, startsAt }: ConsumeOptions<Payload>): Promise<ConsumerMessages> {
  await openStream(bus, streams.aside);
  const manager = await bus.manager();
  await manager.consumers.add(event.stream, {
    durable_name: durable,
    filter_subject: event.subject,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WAIT_MS),
    deliver_policy: startsAt === 'next' ? DeliverPolicy.New : DeliverPolicy.All,
    max_ack_pending: FETCH_AHEAD * 4,
  });
  const consumer = await bus.streams.consumers.get(event.stream, durable);
  return consumer.consume({ max_messages: FETCH_AHEAD });
}

async function take<Payload>(message: JsMsg, options: ConsumeOptions<Payload>): Promise<void> {
  const { event, handle, logger, translate, retryDelaysMs = RETRY_DELAYS_MS, awayDelayMs = AWAY_DELAY_MS } = options;
  let payload: Payload;
  try {
    payload = parse(event.schema, message.json());
  } catch (error) {
    // A further try would fail too.
    await setAside(message, options, error);
    return;
  }
  try {
    await durableEvents.tracePromise(handle, { subject: message.subject }, undefined, payload);
    message.ack();
  } catch (error) {
    const attempt = message.info.deliveryCount;
    const refusal = error instanceof VestnikError ? error : translate?.(error);
    const usual = retryDelaysMs[attempt - 1];
    const wait = refusal?.code === 'unavailable' ? Math.min(usual ?? awayDelayMs, awayDelayMs) : usual;
    if (wait === undefined) {
      await setAside(message, options, error);
    } else {
      logger.warn({ err: error, subject: event.subject, stream_seq: message.seq, attempt }, 'event comes back');
      message.nak(wait);
    }
  }
}

async function setAside<Payload>(message: JsMsg, options: ConsumeOptions<Payload>, error: unknown): Promise<void> {
  const { bus, logger, durable: consumer, service, onSetAside, awayDelayMs = AWAY_DELAY_MS } = options;
  const about = { consumer, subject: message.subject, stream_seq: message.seq, attempt: message.info.deliveryCount };
  try {
    await keepAside(bus, message, { consumer, service, error });
  } catch (fault) {
    logger.warn({ err: fault, ...about }, 'event cannot be set aside yet');
    message.nak(awayDelayMs);
    return;
  }
  logger.error({ err: error, ...about }, 'event set aside');
  message.term('could not be handled');
  onSetAside(consumer);
}
