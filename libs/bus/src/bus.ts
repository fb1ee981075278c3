import { randomUUID } from 'node:crypto';
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type Msg, type MsgCallback, type NatsConnection } from '@nats-io/transport-node';
import {
  type AnyEndpoint,
  type AnyLinesEndpoint,
  type BusUser,
  type EndpointInput,
  type EndpointOutput,
  VestnikError,
} from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import { readAddresses } from './addresses.ts';
import { unavailable } from './bus-errors.ts';
import { checkServer, explainConnect } from './check-server.ts';
import { liveEvents, livePublishes, requests } from './diagnostics.ts';
import { trimSubscription } from './nats-core-internals.ts';
import { writeAtEndOfTick } from './nats-transport-internals.ts';
import { clientInboxOf } from './permissions.ts';
import { receiveReplies, type SentRequest } from './replies.ts';
import { EXPIRES_HEADER, isResult, REQUEST_ID_HEADER, readLines, readReply } from './reply.ts';
import { createStreamFaults, type StreamFaults } from './stream-faults.ts';
import { type ConnectionState, watchConnection } from './watch-connection.ts';

/** How a process connects to the bus. */
export interface BusOptions {
  /** Addresses as in NATS_URL, with the credentials of the user if the server asks for them. */
  servers: readonly string[];
  /** The user of the bus whose inbox the replies come to; ops by default. */
  user?: BusUser;
  /** Names the connection on the server, for ops. */
  name: string;
  logger: Logger;
}

/** Takes the live events of a subscription. */
type LiveHandler = (payload: Uint8Array, subject: string) => void;

/** One process's connection to the bus: requests, live events, and the door to streams and services. */
export interface Bus extends ConnectionState {
  /**
   * Asks a service and waits for its answer.
   *
   * @throws VestnikError with the service's code; `unavailable` when no answer comes in time.
   */
  request<E extends AnyEndpoint>(
    endpoint: E,
    input: EndpointInput<E>,
    options?: RequestOptions,
  ): Promise<EndpointOutput<E>>;
  /**
   * As `request`, for an endpoint that answers with lines. The lines are views of the payload, undecoded.
   *
   * @throws VestnikError as `request`.
   */
  requestLines<E extends AnyLinesEndpoint>(
    endpoint: E,
    input: EndpointInput<E>,
    options?: RequestOptions,
  ): Promise<Buffer[]>;
  /** Asks every instance of a service, and returns the answers that come within some milliseconds. Refusals are left out. */
  requestEvery<E extends AnyEndpoint>(
    endpoint: E,
    input: EndpointInput<E>,
    withinMs: number,
  ): Promise<EndpointOutput<E>[]>;
  /** Publishes a live event: at most once, in the order of the calls. Lost while the bus is away. */
  publish(subject: string, payload: string | Uint8Array): void;
  /** Calls `handle` for each live event on a subject. Returns how to end it. */
  subscribe(subject: string, handle: LiveHandler): () => void;
  /** Resolves when the server has taken everything published and subscribed so far. */
  flush(): Promise<void>;
  /** The client's own bus connection, for streams, consumers and services; not for use cases. */
  readonly connection: NatsConnection;
  readonly streams: JetStreamClient;
  readonly streamFaults: StreamFaults;
  /** Returns the manager of streams; with a prefix, of those of another account. */
  manager(apiPrefix?: string): Promise<JetStreamManager>;
  /** Waits until the server has everything published, then closes. */
  close(): Promise<void>;
}

/** Options of one request. */
export interface RequestOptions {
  /** The correlation id; a new one by default. */
  requestId?: string;
  /** Shorter or longer than the endpoint's own time, in milliseconds. */
  timeoutMs?: number;
}

const FLUSH_TIMEOUT_MS = 2_000;

/**
 * Connects to the bus. Once connected, it reconnects for ever after a loss; a request made meanwhile fails at once.
 *
 * @throws VestnikError `unavailable` when no server can be reached at the start, or when it got the password too late.
 *   `unauthorized` when the server refuses the user. `invalid` for addresses that cannot be read, and for a server that is not
 *   fit.
 */
export async function connectBus({ servers, user = 'ops', name, logger }: BusOptions): Promise<Bus> {
  const addresses = readAddresses(servers);
  const connection = await connect({
    servers: addresses.servers,
    ...addresses.credentials,
    ...(addresses.tls && { tls: addresses.tls }),
    name,
    inboxPrefix: clientInboxOf(user),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    timeout: 3_000,
    pingInterval: 5_000,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
    // A stack for every request that might fail costs more than the request.
    noAsyncTraces: true,
  }).catch((cause: unknown) => {
    throw explainConnect(cause, addresses.servers);
  });
  try {
    checkServer(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const state = watchConnection(connection, logger);
  const replies = receiveReplies(connection, user);
  state.onRefused(replies.refused);
  const { isConnected } = state;
  const managers = new Map<string | undefined, Promise<JetStreamManager>>();

  /** One callback for each handler, for any number of subjects. */
  const callbacks = new WeakMap<LiveHandler, MsgCallback<Msg>>();
  function callbackOf(handle: LiveHandler): MsgCallback<Msg> {
    const known = callbacks.get(handle);
    if (known) return known;
    const callback: MsgCallback<Msg> = (error, message) => {
      if (error) {
        logger.error({ err: error }, 'subscription failed');
        return;
      }
      try {
        if (liveEvents.hasSubscribers)
          liveEvents.traceSync(handle, { subject: message.subject }, undefined, message.data, message.subject);
        else handle(message.data, message.subject);
      } catch (fault) {
        // An error that reached the client would end its reading, and the process would receive no more events.
        logger.error({ err: fault, subject: message.subject }, 'an event could not be handled');
      }
    };
    callbacks.set(handle, callback);
    return callback;
  }

  function requestTo(endpoint: AnyEndpoint, input: unknown, timeoutMs: number, requestId?: string): SentRequest {
    if (!isConnected()) throw new VestnikError('unavailable', 'The bus is away', { retryAfterSeconds: 1 });
    const meta = headers();
    meta.set(EXPIRES_HEADER, String(Date.now() + timeoutMs));
    meta.set(REQUEST_ID_HEADER, requestId ?? randomUUID());
    writeAtEndOfTick(connection);
    const { subject, service: answerer } = endpoint;
    return { subject, answerer, payload: JSON.stringify(input), headers: meta, timeoutMs };
  }

  async function ask(endpoint: AnyEndpoint, input: unknown, options: RequestOptions): Promise<Msg> {
    const sent = requestTo(endpoint, input, options.timeoutMs ?? endpoint.timeoutMs, options.requestId);
    try {
      return await replies.request(sent);
    } catch (error) {
      throw unavailable(endpoint, error);
    }
  }

  return {
    async request<E extends AnyEndpoint>(endpoint: E, input: EndpointInput<E>, options: RequestOptions = {}) {
      const answer = async () => readReply(await ask(endpoint, input, options)) as EndpointOutput<E>;
      return requests.hasSubscribers ? requests.tracePromise(answer, { subject: endpoint.subject }) : answer();
    },
    async requestLines(endpoint, input, options = {}) {
      return readLines(await ask(endpoint, input, options));
    },
    async requestEvery<E extends AnyEndpoint>(endpoint: E, input: EndpointInput<E>, withinMs: number) {
      const answers = await replies.requestEvery(requestTo(endpoint, input, withinMs));
      return answers.filter(isResult).map((answer) => answer.json<EndpointOutput<E>>());
    },
    publish(subject, payload) {
      if (!isConnected()) return;
      if (livePublishes.hasSubscribers) livePublishes.publish({ subject });
      writeAtEndOfTick(connection);
      connection.publish(subject, payload);
    },
    subscribe(subject, handle) {
      writeAtEndOfTick(connection);
      const subscription = connection.subscribe(subject, { callback: callbackOf(handle) });
      trimSubscription(subscription);
      return () => {
        writeAtEndOfTick(connection);
        subscription.unsubscribe();
      };
    },
    async flush() {
      if (!isConnected()) throw new VestnikError('unavailable', 'The bus is away', { retryAfterSeconds: 1 });
      await within(connection.flush(), FLUSH_TIMEOUT_MS);
    },
    ...state,
    connection,
    streams: jetstream(connection, { timeout: 3_000 }),
    streamFaults: createStreamFaults(),
    manager(apiPrefix) {
      const known = managers.get(apiPrefix);
      if (known) return known;
      const options = { timeout: 3_000, checkAPI: false, ...(apiPrefix && { apiPrefix }) };
      const manager = jetstreamManager(connection, options);
      managers.set(apiPrefix, manager);
      manager.catch(() => managers.delete(apiPrefix));
      return manager;
    },
    async close() {
      if (connection.isClosed()) return;
      // Draining needs the server, so a bus that is away is closed without it.
      if (isConnected()) await within(connection.drain(), FLUSH_TIMEOUT_MS).catch(() => connection.close());
      else await connection.close();
    },
  };
}

async function within<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new VestnikError('unavailable', 'The bus does not answer', { retryAfterSeconds: 1 })),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
