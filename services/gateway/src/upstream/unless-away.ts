import { VestnikError } from '@vestnik/contracts';

/** Returns the answer of a service, and undefined while the service is away: for answers that do without it. */
export async function unlessAway<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof VestnikError && error.code === 'unavailable') return undefined;
    throw error;
  }
}
