import { VestnikError } from '@vestnik/contracts';
import type { Context } from '../../context.ts';
import type { Caller } from '../../upstream/caller.ts';
import type { JsonText } from '../../upstream/json-text.ts';
import type { Query } from './query.ts';

/** A request of a route: authenticated, within its limits, its body parsed. */
export interface ApiRequest {
  params: Readonly<Record<string, string | undefined>>;
  query: Query;
  /** Header lines by lower-case name. */
  headers: Readonly<Record<string, string[] | undefined>>;
  /** The JSON object of the body; undefined where the method takes none. */
  body: unknown;
}

/** The parts that input readers use: the schemas of bodies, and the limits. */
export type InputContext = Pick<Context, 'input' | 'config'>;

/** The two steps of a route: it reads its input, and then calls one use case. */
interface Row<Input, Output> {
  /**
   * Reads the input of the use case from a request.
   *
   * @throws VestnikError `bad_request` for a wrong shape or type; `invalid` for a value that is not acceptable.
   */
  read(request: ApiRequest, context: InputContext): Input;
  useCase(context: Context, caller: Caller, input: Input): Promise<Output>;
  /** Whether the request carries a body; as its method says, unless given. */
  hasBody?: boolean;
}

/** Methods whose requests carry a body. */
const BODY_METHODS = new Set(['POST', 'PUT', 'PATCH']);

/** The answer of a route: its status, and the `data` of the envelope. */
export interface ApiReply {
  status: 200 | 201;
  data: object | JsonText;
}

/** One route, its path below `/api/messenger`. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Whether the request carries a JSON object. Without it a body is ignored. */
  hasBody: boolean;
  /** Reads the input, and returns the call of the use case. The door answers the errors of both with the failure envelope. */
  prepare(request: ApiRequest, context: InputContext): (context: Context, caller: Caller) => Promise<ApiReply>;
}

/** Creates a route. `reply` makes the answer from the output of the use case: 200 with all of it, unless given. */
export function route<Input, Output extends object>(
  method: Route['method'],
  path: string,
  { read, useCase, hasBody = BODY_METHODS.has(method) }: Row<Input, Output>,
  reply: (output: Output) => ApiReply = (data) => ({ status: 200, data }),
): Route {
  return {
    method,
    path,
    hasBody,
    prepare(request, inputContext) {
      const input = read(request, inputContext);
      request.query.refuseOthers();
      return async (context, caller) => reply(await useCase(context, caller, input));
    },
  };
}

/**
 * Reads an id in the path.
 *
 * @throws VestnikError `bad_request` for anything but a positive safe integer.
 */
export function pathId({ params }: ApiRequest, name: string): number {
  return positiveInteger(params[name]) ?? refuse(name);
}

/** Reads a positive safe integer from its decimal digits; undefined for any other text. */
export function positiveInteger(digits: string | undefined): number | undefined {
  if (digits === undefined || !/^\d{1,16}$/.test(digits)) return undefined;
  const number = Number(digits);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function refuse(name: string): never {
  throw new VestnikError('bad_request', `${name}: must be a positive integer`);
}
