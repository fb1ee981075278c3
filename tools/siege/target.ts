import { setTimeout as delay } from 'node:timers/promises';
import { createTestClient, type RestReply, type TestClient, token } from '@vestnik/testing';

/** The system under siege, as an attacker sees it: addresses, and a good token of an ordinary user. */
export interface Target {
  restUrl: string;
  socketUrl: string;
  /** The first of a thousand user ids that belong to the attack alone. */
  firstUser: number;
}

/** One kind of attack, made until the signal comes. The attacker expects refusals, and they end nothing. */
export interface Attack {
  /** One word for `--only`. */
  name: string;
  /** Says in a few words how the attackers act. */
  title: string;
  run(target: Target, signal: AbortSignal): Promise<void>;
}

/** A REST caller of one attacker. It resolves with the data of the answer, of any shape; undefined for a refusal. */
export type Caller = (method: string, path: string, body?: unknown) => Promise<RestReply['data']>;

/** Returns a REST caller of an attacker. */
export async function callerOf({ restUrl }: Target, userId: number, companyId = 1): Promise<Caller> {
  const authorization = `Bearer ${await token(userId, companyId)}`;
  return async (method, path, body) => {
    const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    try {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(`${restUrl}/api/messenger${path}`, { method, headers, ...(text && { body: text }) });
      const answer = (await response.json()) as { data?: unknown };
      return answer.data;
    } catch {
      return undefined;
    }
  };
}

/** Opens a socket of an attacker; undefined where the system refuses it. */
export async function socketOf({ socketUrl }: Target, userId: number): Promise<TestClient | undefined> {
  return createTestClient(socketUrl, await token(userId)).catch(() => undefined);
}

/** Does something so many times a second until the signal comes, without waiting for its end. */
export async function repeat(signal: AbortSignal, perSecond: number, act: (turn: number) => unknown): Promise<void> {
  const since = performance.now();
  for (let turn = 0; !signal.aborted; turn += 1) {
    void Promise.resolve(act(turn)).catch(() => undefined);
    await delay(Math.max(0, since + ((turn + 1) * 1_000) / perSecond - performance.now()));
  }
}
