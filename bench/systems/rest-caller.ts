import { signToken } from '@vestnik/auth';

/** Calls REST as a user and resolves with `data`. */
export type RestCaller = (userId: number, method: string, path: string, body?: unknown) => Promise<unknown>;

const TOKEN_SECONDS = 3_600;

/**
 * Creates a caller of a server on this machine. A call throws Error with the server's own words when it is refused.
 *
 * @param secret HS256 key of the tokens
 */
export function createRestCaller(port: number, secret: string): RestCaller {
  return async (userId, method, path, body) => {
    const token = signToken(secret, { id: userId, companyId: 1 }, TOKEN_SECONDS);
    const response = await fetch(`http://127.0.0.1:${port}/api/messenger${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return (JSON.parse(text) as { data: unknown }).data;
  };
}
