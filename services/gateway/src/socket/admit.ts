import type { Identity } from '@vestnik/auth';
import { VestnikError } from '@vestnik/contracts';
import type { GatewayContext } from '../context.ts';

/**
 * Finds out who opens a socket. An address with too many refused tokens waits, whatever it shows now: else it could go
 * on guessing.
 *
 * @throws VestnikError `unauthorized` without a good token; `rate_limited` for a blocked address.
 */
export async function admitSocket(
  { verify, rateLimits }: Pick<GatewayContext, 'verify' | 'rateLimits'>,
  address: string,
  token: string | undefined,
): Promise<Identity> {
  if (await rateLimits.isBlocked(address)) throw new VestnikError('rate_limited', 'Too many refused tokens');
  const identity = token === undefined ? undefined : await verify(token);
  if (!identity) {
    await rateLimits.noteRefusedToken(address);
    throw new VestnikError('unauthorized', 'The token is refused');
  }
  return identity;
}

/** The token of an `Authorization: Bearer` header; undefined when it carries none. */
export function bearerToken(authorization: string): string | undefined {
  return /^bearer /i.test(authorization) ? authorization.slice('bearer '.length).trim() : undefined;
}
