import { checkRestAnswer } from './answer-check.ts';
import type { Payload } from './socket-client.ts';

/** What REST answered. */
export interface RestReply {
  status: number;
  headers: Headers;
  body: Payload;
  /** `body.data`. */
  data: Payload;
}

/** A REST client of one user: `call('GET', '/conversations')`. It checks every answer against the documents of the API. */
export function restClient(baseUrl: string, token: string | undefined) {
  return async (method: string, path: string, body?: unknown): Promise<RestReply> => {
    const response = await fetch(`${baseUrl}/api/messenger${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text === '' ? undefined : JSON.parse(text);
    if (response.ok) checkRestAnswer(method, path, response.status, json?.data);
    return { status: response.status, headers: response.headers, body: json, data: json?.data };
  };
}
