import { randomUUID } from 'node:crypto';
import { type Service, type ServiceMsg, Svcm } from '@nats-io/services';
import {
  type AnyEndpoint,
  type EndpointData,
  type EndpointOutput,
  type ErrorCode,
  parse,
  type ServiceName,
  toErrorBody,
  VestnikError,
} from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { Bus } from './bus.ts';
import { answers } from './diagnostics.ts';
import { writeAtEndOfTick } from './nats-transport-internals.ts';
import { EXPIRES_HEADER, encodeReply, REQUEST_ID_HEADER, respondError } from './reply.ts';
import { createServiceStats } from './service-stats.ts';

/** The facts about a request that its handler gets besides the input. */
export interface RequestContext {
  requestId: string;
}

/** One handler for each endpoint of a catalogue. */
export type Handlers<Catalogue extends Record<string, AnyEndpoint>> = {
  [Name in keyof Catalogue]: (
    input: EndpointData<Catalogue[Name]>,
    context: RequestContext,
  ) => Promise<EndpointOutput<Catalogue[Name]>>;
};

type AnyHandler = (input: unknown, context: RequestContext) => Promise<unknown>;

/** A service as it registers on the bus. */
export interface ServeOptions<Catalogue extends Record<string, AnyEndpoint>> {
  bus: Bus;
  logger: Logger;
  name: ServiceName;
  version: string;
  description: string;
  endpoints: Catalogue;
  handlers: Handlers<Catalogue>;
  /** Turns a fault of the service's own parts (its database is away) into a refusal; undefined means a bug. */
  translate?: (error: unknown) => VestnikError | undefined;
  /** A request was answered; for metrics. */
  onAnswered?: (verb: string, outcome: Outcome, seconds: number) => void;
}

/** The end of a request: `ok`, or the code of its refusal. */
export type Outcome = 'ok' | ErrorCode;

/** A registered service. */
export interface ServedService {
  /** Accepts no more requests, and resolves when all accepted requests have their answers. */
  stop(): Promise<void>;
}

/**
 * Registers a service with the NATS services protocol and answers its endpoints. Instances form a queue group, so one of
 * them answers each request. A handler gets validated input, and an error that it throws becomes an error reply.
 */
export async function serve<Catalogue extends Record<string, AnyEndpoint>>(
  options: ServeOptions<Catalogue>,
): Promise<ServedService> {
  const { bus, name, version, description, endpoints, handlers } = options;
  const stats = createServiceStats();
  const service: Service = await new Svcm(bus.connection).add({
    name,
    version,
    description,
    statsHandler: stats.fill,
  });
  const inFlight = new Set<Promise<void>>();

  for (const key of Object.keys(endpoints)) {
    const endpoint = endpoints[key];
    const handle = handlers[key] as AnyHandler | undefined;
    if (!endpoint || !handle) throw new Error(`${name}.${key} has no handler`);
    service.addEndpoint(endpoint.verb, {
      subject: endpoint.subject,
      // A queue group of its own makes every instance answer.
      ...(endpoint.answeredBy === 'every' && { queue: randomUUID() }),
      handler: (error, message) => {
        if (error) {
          options.logger.error({ err: error, subject: endpoint.subject }, 'endpoint failed');
          return;
        }
        accept(endpoint, handle, message);
      },
    });
  }
  await bus.flush();

  function accept(endpoint: AnyEndpoint, handle: AnyHandler, message: ServiceMsg): void {
    const done: Promise<void> = timed(endpoint, handle, message).finally(() => inFlight.delete(done));
    inFlight.add(done);
  }

  async function timed(endpoint: AnyEndpoint, handle: AnyHandler, message: ServiceMsg): Promise<void> {
    const since = performance.now();
    const outcome = await answer(endpoint, handle, message, options);
    const ms = performance.now() - since;
    stats.count(endpoint.subject, ms, outcome !== 'ok');
    options.onAnswered?.(endpoint.verb, outcome, ms / 1_000);
  }

  return {
    async stop() {
      await service.stop();
      await Promise.all(inFlight);
    },
  };
}

/**
 * Refuses a request whose caller has given up. The caller may have repeated the request since, and undone it.
 */
function refuseLate(message: ServiceMsg): void {
  const expires = Number(message.headers?.get(EXPIRES_HEADER) || Infinity);
  if (Date.now() > expires) throw new VestnikError('unavailable', 'The request came after its caller had given up');
}

/** Answers one request and returns its outcome. */
async function answer(
  endpoint: AnyEndpoint,
  handle: AnyHandler,
  message: ServiceMsg,
  { bus, logger, translate }: Pick<ServeOptions<Record<string, AnyEndpoint>>, 'bus' | 'logger' | 'translate'>,
): Promise<Outcome> {
  const requestId = message.headers?.get(REQUEST_ID_HEADER) || 'none';
  try {
    refuseLate(message);
    const input = parse(endpoint.input, readJson(message));
    const trace = { subject: endpoint.subject };
    const output = await answers.tracePromise(handle, trace, undefined, input, { requestId });
    writeAtEndOfTick(bus.connection);
    message.respond(encodeReply(endpoint, output));
    return 'ok';
  } catch (error) {
    const refusal = error instanceof VestnikError ? error : translate?.(error);
    if (refusal)
      logger.debug({ request_id: requestId, subject: endpoint.subject, code: refusal.code }, refusal.message);
    else logger.error({ request_id: requestId, subject: endpoint.subject, err: error }, 'request failed');
    const body = toErrorBody(refusal ?? error);
    respondError(message, { ...body, retry_after_seconds: refusal?.retryAfterSeconds });
    return body.code;
  }
}

function readJson(message: ServiceMsg): unknown {
  try {
    return message.json();
  } catch (cause) {
    throw new VestnikError('bad_request', 'The request is not JSON', { cause });
  }
}
