import { type ErrorDetails, VestnikError } from '../errors.ts';
import type { ErrorCode, RefusalReason } from '../protocol/model.ts';
import type { Rest, RouteName } from '../protocol/routes.ts';
import type { TokenSource } from '../token.ts';
import { ROUTES } from './route-table.ts';

/** What REST answers. */
interface Envelope {
  success?: boolean;
  data?: unknown;
  error?: { code: ErrorCode; message: string; reason?: RefusalReason; request_id?: string };
}

/** The address of REST, and the user who asks. */
export interface RestOptions {
  url: string;
  tokens: TokenSource;
  answerWithinMs: number;
  /** Hears every answer. */
  onAnswer(name: RouteName, data: unknown): void;
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Makes path, query and body of a call from its input. */
export function requestOf(
  name: RouteName,
  input: Record<string, unknown>,
): { method: string; path: string; body?: string; key?: string } {
  const [method = '', route = ''] = ROUTES[name].split(' ');
  const [pathOf = '', inQuery] = route.split('?');
  const { idempotencyKey, ...rest } = input;
  const path = pathOf.replace(/:(\w+)/g, (_, parameter: string) => {
    const value = rest[parameter];
    delete rest[parameter];
    return encodeURIComponent(String(value));
  });
  const query = new URLSearchParams();
  const hasBody = method !== 'GET' && method !== 'DELETE';
  for (const [parameter, value] of Object.entries(rest)) {
    if (hasBody && parameter !== inQuery) continue;
    delete rest[parameter];
    if (value !== undefined) query.set(snakeCase(parameter), String(value));
  }
  const search = query.size > 0 ? `?${query.toString()}` : '';
  return {
    method,
    path: `${path}${search}`,
    ...(hasBody && Object.keys(rest).length > 0 && { body: JSON.stringify(rest) }),
    ...(idempotencyKey !== undefined && { key: String(idempotencyKey) }),
  };
}

/** Makes a call for each route. A refused token is replaced once. */
export function createRest({ url, tokens, answerWithinMs, onAnswer }: RestOptions): Rest {
  const base = `${url.replace(/\/$/, '')}/api/messenger`;

  async function ask(request: ReturnType<typeof requestOf>, token: string): Promise<Response> {
    const { method, path, body, key } = request;
    try {
      return await fetch(`${base}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        ...(body !== undefined && { body }),
        signal: AbortSignal.timeout(answerWithinMs),
      });
    } catch (cause) {
      throw new VestnikError('unavailable', `no answer from ${method} ${path}`, { cause });
    }
  }

  async function call(name: RouteName, input: Record<string, unknown> = {}): Promise<unknown> {
    const request = requestOf(name, input);
    const token = await tokens.current();
    let response = await ask(request, token);
    if (response.status === 401) response = await ask(request, await tokens.renew(token));
    // An answer that is no JSON comes from something between, such as a proxy whose server is away.
    const envelope = (await response.json().catch(() => ({}))) as Envelope;
    if (envelope.success) {
      onAnswer(name, envelope.data);
      return envelope.data;
    }
    throw errorOf(response, envelope.error);
  }

  const names = Object.keys(ROUTES) as RouteName[];
  return Object.fromEntries(
    names.map((name) => [name, (input?: Record<string, unknown>) => call(name, input)]),
  ) as unknown as Rest;
}

function errorOf(response: Response, error: Envelope['error']): VestnikError {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const details: ErrorDetails = {
    reason: error?.reason,
    requestId: error?.request_id,
    ...(Number.isFinite(retryAfter) && { retryAfterSeconds: retryAfter }),
  };
  if (error) return new VestnikError(error.code, error.message, details);
  return new VestnikError('unavailable', `the server answered ${response.status}`, details);
}
