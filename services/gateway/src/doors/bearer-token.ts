import { VestnikError } from '@vestnik/contracts';

/** The token of an `Authorization: Bearer` header; undefined when it carries none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

/** The one answer to whoever shows no good token: a reason would only help who forges. */
export function unauthorized(): VestnikError {
  return new VestnikError('unauthorized', 'A good token is required');
}
