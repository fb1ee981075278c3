import { VestnikError } from '@vestnik/contracts';

/** What `asked` answers, or undefined when who was asked is away. Any other fault is thrown on. */
export async function unlessAway<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof VestnikError && error.code === 'unavailable') return undefined;
    throw error;
  }
}
