import { VestnikError } from '@vestnik/contracts';

/** Resolves with the answer of a request, or undefined when the service is away. It throws every other fault. */
export async function unlessAway<Answer>(request: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof VestnikError && error.code === 'unavailable') return undefined;
    throw error;
  }
}
