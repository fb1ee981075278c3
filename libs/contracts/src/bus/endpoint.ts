import type { z } from 'zod';

/**
 * One request that a service answers on `svc.<service>.v1.<verb>`: its schema, the type of its answer and how long a
 * caller waits.
 */
export interface Endpoint<Input extends z.ZodType, Output> {
  /** Name of the service that answers. */
  readonly service: string;
  /** The use case, as verb-noun. */
  readonly verb: string;
  readonly subject: string;
  readonly input: Input;
  /** Milliseconds after which the caller gives up with `unavailable`. */
  readonly timeoutMs: number;
  /**
   * The form of the answer: one JSON value, or `lines` of text. The caller passes each line on without reading it.
   */
  readonly encoding: 'json' | 'lines';
  /** One instance of the service answers, or `every` instance does. */
  readonly answeredBy: 'one' | 'every';
  /** Carries the type of the answer; never read. */
  readonly output?: Output;
}

/** The input of an endpoint as a caller sends it. */
export type EndpointInput<E> = E extends Endpoint<infer Input, unknown> ? z.input<Input> : never;
/** The input of an endpoint as its handler gets it: validated, with defaults filled in. */
export type EndpointData<E> = E extends Endpoint<infer Input, unknown> ? z.output<Input> : never;
/** The answer of an endpoint. */
export type EndpointOutput<E> = E extends Endpoint<z.ZodType, infer Output> ? Output : never;

/** Every endpoint of any type, for code that treats them alike. */
export type AnyEndpoint = Endpoint<z.ZodType, unknown>;

/** Milliseconds that a caller waits for an answer, unless the endpoint says otherwise. */
const DEFAULT_TIMEOUT_MS = 3_000;

/** Describes one endpoint: `define<Output>()(service, verb, input)`. */
export function define<Output>() {
  return <Input extends z.ZodType>(
    service: string,
    verb: string,
    input: Input,
    timeoutMs: number = DEFAULT_TIMEOUT_MS,
  ): Endpoint<Input, Output> => ({
    service,
    verb,
    subject: `svc.${service}.v1.${verb}`,
    input,
    timeoutMs,
    encoding: 'json',
    answeredBy: 'one',
  });
}

/** Makes an endpoint one that every instance answers. */
export function byEvery<Input extends z.ZodType, Output>(endpoint: Endpoint<Input, Output>): Endpoint<Input, Output> {
  return { ...endpoint, answeredBy: 'every' };
}

/** An endpoint that answers with lines of text; a line holds JSON without line breaks, or nothing. */
export interface LinesEndpoint<Input extends z.ZodType> extends Endpoint<Input, string[]> {
  readonly encoding: 'lines';
}

/** Every endpoint that answers with lines. */
export type AnyLinesEndpoint = LinesEndpoint<z.ZodType>;

/** Makes an endpoint one that answers with lines. */
export function inLines<Input extends z.ZodType>(endpoint: Endpoint<Input, string[]>): LinesEndpoint<Input> {
  return { ...endpoint, encoding: 'lines' };
}
