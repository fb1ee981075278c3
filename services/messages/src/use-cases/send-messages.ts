import { type Send, type SendResult, toErrorBody, VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { forbidden } from '../domain/access.ts';
import { refreshCopy } from '../membership.ts';
import type { StoreOutcome } from '../message-store.ts';
import { notPassing } from '../require-passage.ts';

/**
 * Stores sends and returns a result for each. Before the service refuses a sender or a mention that the copy of membership
 * does not know, it asks conversations once.
 */
export async function sendMessages(
  context: Context,
  { sends }: Input<'sendMessages'>,
): Promise<Output<'sendMessages'>> {
  const outcomes = await context.store.store(sends);
  const results = outcomes.map((outcome) => toResult(context, outcome));
  const unsure = sends.map((_, index) => index).filter((index) => mayBeBehind(outcomes[index]));
  if (unsure.length > 0) {
    const again = await sendAfterRefresh(
      context,
      unsure.map((index) => sends[index] as Send),
    );
    unsure.forEach((index, position) => {
      results[index] = again[position] as SendResult;
    });
  }
  return { results };
}

/** Returns whether the outcome rests on a copy of membership that may be behind. */
function mayBeBehind(outcome: StoreOutcome | undefined): boolean {
  return outcome?.outcome === 'stranger' || outcome?.outcome === 'bad_mention';
}

/** A failure here is the result of these sends alone; the others are stored already. */
async function sendAfterRefresh(context: Context, sends: Send[]): Promise<SendResult[]> {
  try {
    await refreshCopy(context, [...new Set(sends.map((send) => send.conversation_id))]);
    return (await context.store.store(sends)).map((outcome) => toResult(context, outcome));
  } catch (error) {
    if (!(error instanceof VestnikError)) throw error;
    return sends.map(() => refused(error));
  }
}

function toResult({ countRefusal }: Context, outcome: StoreOutcome): SendResult {
  switch (outcome.outcome) {
    case 'stored':
      return { message: outcome.message, created: true };
    case 'known':
      return { message: outcome.message, created: false };
    case 'conflict':
      return refused(new VestnikError('conflict', 'This clientMessageId was used in another conversation'));
    case 'bad_reply':
      return refused(new VestnikError('invalid', 'replyToId is a message of another conversation'));
    case 'no_reply':
      return refused(new VestnikError('forbidden', 'replyToId is not a message that you may see'));
    case 'bad_mention':
      return refused(new VestnikError('invalid', 'mentions names a user who is not in this conversation'));
    case 'one_by_one':
      throw new Error('a send was not stored one by one');
    case 'stranger':
      return refused(forbidden());
    default:
      countRefusal(outcome.outcome);
      return refused(notPassing(outcome.outcome));
  }
}

function refused(error: VestnikError): SendResult {
  return { error: toErrorBody(error) };
}
