import { setTimeout as delay } from 'node:timers/promises';

/** The parts of answers that the demo reads. */
type Answer = { conversations?: unknown[]; conversation?: { id: number }; message?: { id: number } };

/** A REST call of one demo person. */
export type RestCall = (method: string, path: string, body?: object) => Promise<Answer>;

/** Attempts of a request that the server asks to repeat. */
const ATTEMPTS = 20;

/**
 * Signs in as a demo person.
 * @param rest address of a gateway with `DEMO`
 * @throws Error naming the request that was refused
 */
export async function restOf(rest: string, userId: number): Promise<RestCall> {
  const { token } = (await call('POST', `${rest}/demo/sign-in`, { userId })) as { token?: string };
  return (method, path, body) => call(method, `${rest}/api/messenger${path}`, body, token);
}

async function call(method: string, url: string, body?: object, token?: string): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    });
    const reply = (await response.json()) as { data?: Answer; error?: { message: string } };
    if (response.ok) return reply.data ?? {};
    const mayPass = response.status === 429 || response.status === 503;
    if (!mayPass || attempt === ATTEMPTS)
      throw new Error(`${method} ${new URL(url).pathname}: ${reply.error?.message}`);
    await delay(Number(response.headers.get('retry-after') ?? 1) * 1_000);
  }
}
