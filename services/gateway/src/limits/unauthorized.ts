import { VestnikError } from '@vestnik/contracts';

/** The one answer to a request without a good token. A reason would only help to forge tokens. */
export function unauthorized(): VestnikError {
  return new VestnikError('unauthorized', 'A good token is required');
}
