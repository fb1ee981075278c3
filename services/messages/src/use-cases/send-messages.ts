import { type ErrorBody, type Send, type SendResult, toErrorBody, VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { forbidden } from '../domain/access.ts';
import { refreshCopy } from '../membership.ts';
import type { StoreOutcome } from '../message-store.ts';
import { notPassing } from '../require-passage.ts';

/**
 * Stores sends and returns a result for each. A company beyond its daily quota stores none. Before the service refuses a sender or
 * a mention that the copy of membership does not know, it asks conversations once.
 */
export async function sendMessages(
  context: Context,
  { sends }: Input<'sendMessages'>,
): Promise<Output<'sendMessages'>> {
  const refusals = sends.map((send) => beyondQuota(context, send));
  const allowed = sends.filter((_, index) => !refusals[index]);
  let results: SendResult[] = [];
  try {
    if (allowed.length > 0) results = await storeAllowed(context, allowed);
  } finally {
    for (const [index, { company_id }] of allowed.entries()) {
      if (company_id !== undefined && !isCreated(results[index])) context.companyUse.giveBack(company_id);
    }
  }
  let next = 0;
  return { results: refusals.map((refusal) => refusal ?? (results[next++] as SendResult)) };
}

function isCreated(result: SendResult | undefined): boolean {
  return result !== undefined && 'created' in result && result.created;
}

/** Counts a send against the daily quota of its company. Returns the refusal where that is used up. */
function beyondQuota({ companyUse }: Context, { company_id }: Send): SendResult | undefined {
  const seconds = company_id === undefined ? undefined : companyUse.take(company_id);
  if (seconds === undefined) return undefined;
  const message = `Your company sends at most ${companyUse.messagesPerDay} messages a day`;
  return { ...refused(new VestnikError('rate_limited', message)), retry_after_seconds: seconds };
}

async function storeAllowed(context: Context, sends: Send[]): Promise<SendResult[]> {
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
  return results;
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

function refused(error: VestnikError): { error: ErrorBody } {
  return { error: toErrorBody(error) };
}
