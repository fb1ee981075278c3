import { VestnikError } from '@vestnik/contracts';
import type { Caller, Context } from '../../context.ts';

/** A request as a handler sees it: authenticated, within its limits, its body parsed. */
export interface ApiRequest {
  params: Readonly<Record<string, string>>;
  /** A parameter that was given twice is an array. */
  query: Readonly<Record<string, unknown>>;
  /** The JSON object of the body; undefined where the route takes none. */
  body: unknown;
}

/** What a handler answers: the `data` of the envelope, with 200 unless it says otherwise; or the JSON of it, ready made. */
export type ApiReply = { status?: 200 | 201; data: object } | { json: string | Uint8Array };

/** Answers one route; what it throws becomes the failure envelope. */
export type Handler = (context: Context, caller: Caller, request: ApiRequest) => Promise<ApiReply>;

/** One route, its path below `/api/messenger`. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  handle: Handler;
}

/**
 * An id in a path.
 *
 * @throws VestnikError `bad_request` for anything but a positive safe integer.
 */
export function pathId({ params }: ApiRequest, name: string): number {
  return positiveInteger(params[name]) ?? refuse(name);
}

/** A positive safe integer from its decimal digits; undefined for any other text. */
export function positiveInteger(digits: string | undefined): number | undefined {
  if (digits === undefined || !/^\d{1,16}$/.test(digits)) return undefined;
  const number = Number(digits);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function refuse(name: string): never {
  throw new VestnikError('bad_request', `${name}: must be a positive integer`);
}
