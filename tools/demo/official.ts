import { signToken } from '@vestnik/auth';
import { createTestClient, type Frame, restClient, type TestClient } from '@vestnik/testing';
import type { RunningSystem } from './running-system.ts';

/** A person of one of the two companies, with a socket and requests of the person's own. */
export interface Official {
  readonly name: string;
  readonly userId: number;
  readonly companyId: number;
  readonly company: string;
  readonly client: TestClient;
  /** Makes a request; throws when it is refused. */
  ask(method: string, path: string, body?: unknown): Promise<Frame['data']>;
  /** Makes a request that has to be refused, and returns the reason. Throws when it is not. */
  refusalOf(method: string, path: string, body?: unknown): Promise<string>;
}

const TOKEN_LIFETIME_SECONDS = 3_600;

/** Signs a person in, on one of the gateways, and opens a socket. */
export async function signIn(
  { gateways, jwtSecret }: RunningSystem,
  who: { name: string; userId: number; companyId: number; company: string; companyRole?: 'admin' },
  gateway: number,
): Promise<Official> {
  const { name, userId, companyId, company, companyRole } = who;
  const claims = { id: userId, companyId, name, companyName: company, companyRole };
  const token = signToken(jwtSecret, claims, TOKEN_LIFETIME_SECONDS);
  const at = gateways[gateway % gateways.length];
  if (!at) throw new Error('a system without gateways');
  const call = restClient(at.rest, token);
  return {
    name,
    userId,
    companyId,
    company,
    client: await createTestClient(at.socket, token),
    async ask(method, path, body) {
      const reply = await call(method, path, body);
      if (!reply.body?.success) throw new Error(`${name}: ${method} ${path} is refused: ${reply.body?.error?.message}`);
      return reply.data;
    },
    async refusalOf(method, path, body) {
      const reply = await call(method, path, body);
      if (reply.body?.success) throw new Error(`${name}: ${method} ${path} is not refused`);
      const { code, reason } = reply.body.error;
      return reason ? `${code} (${reason})` : code;
    },
  };
}
