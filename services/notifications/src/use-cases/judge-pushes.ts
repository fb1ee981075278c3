import { type Excerpt, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { BODY_LENGTH } from '../domain/push-body.ts';
import { type SkipReason, skipReason } from '../domain/skip-reason.ts';
import type { ClaimedPush } from '../store/claims.ts';
import { holdPushes } from '../store/held.ts';
import { markSkipped } from '../store/outcomes.ts';
import { connectedAmong } from '../upstream/presence.ts';

/** A push with nothing against it, and how its message begins now. */
export interface Deliverable {
  push: ClaimedPush;
  excerpt: Excerpt;
}

/**
 * Looks at claimed pushes as things are now, right before an attempt, and returns those that are still to be sent; the
 * others are recorded as skipped, or held when their users look connected.
 *
 * @throws VestnikError `unavailable` when presence or messages is away.
 */
export async function selectDeliverable(context: Context, claimed: ClaimedPush[]): Promise<Deliverable[]> {
  const [connected, readers, excerpts] = await Promise.all([
    connectedAmong(
      context,
      claimed.map((push) => push.user_id),
    ),
    readersOf(context, claimed),
    excerptsOf(context, claimed),
  ]);
  const now = new Date();
  const reasonFor = (push: ClaimedPush, excerpt: Excerpt | undefined): SkipReason | undefined => {
    if (push.target === null) return 'device removed';
    if (!push.participant) return 'left';
    const circumstances = {
      ...push,
      connected: connected.has(push.user_id),
      configured: context.providers[push.provider] !== undefined,
    };
    const reason = skipReason(circumstances, now, context.clock);
    if (reason !== undefined) return reason;
    if (readers.read.has(readerKey(push))) return 'read';
    // The socket that they had got it, before it closed.
    if (push.was_held && readers.delivered.has(readerKey(push))) return 'connected';
    return excerpt === undefined ? 'deleted' : undefined;
  };

  const deliverable: Deliverable[] = [];
  const skipped: { id: number; reason: SkipReason }[] = [];
  const held: number[] = [];
  for (const push of claimed) {
    const excerpt = excerpts.get(push.message_id);
    const reason = reasonFor(push, excerpt);
    if (reason === 'connected' && connected.has(push.user_id)) {
      held.push(push.id);
    } else if (reason !== undefined) {
      skipped.push({ id: push.id, reason });
      context.count(push.provider, 'skipped');
    } else if (excerpt !== undefined) {
      deliverable.push({ push, excerpt });
    }
  }
  await markSkipped(context.database, skipped);
  await holdPushes(context.database, held);
  return deliverable;
}

function readerKey({
  conversation_id,
  seq,
  user_id,
}: Pick<ClaimedPush, 'conversation_id' | 'seq' | 'user_id'>): string {
  return `${conversation_id}:${seq}:${user_id}`;
}

/** Who has read or may no longer read, and who has on a device, which of the messages; one question for each message. */
async function readersOf(
  { bus }: Context,
  claimed: ClaimedPush[],
): Promise<{ read: Set<string>; delivered: Set<string> }> {
  const questions = Map.groupBy(claimed, (push) => push.message_id);
  const answers = await Promise.all(
    [...questions.values()].map(async (pushes) => {
      const { conversation_id, seq } = pushes[0] as ClaimedPush;
      const user_ids = [...new Set(pushes.map((push) => push.user_id))];
      const readers = await bus.request(messagesEndpoints.findReaders, { conversation_id, seq, user_ids });
      const keys = (userIds: number[]) => userIds.map((user_id) => readerKey({ conversation_id, seq, user_id }));
      return { read: keys(readers.user_ids), delivered: keys(readers.delivered_user_ids) };
    }),
  );
  return {
    read: new Set(answers.flatMap(({ read }) => read)),
    delivered: new Set(answers.flatMap(({ delivered }) => delivered)),
  };
}

/** How the messages begin, by id; of one that was deleted there is nothing. */
async function excerptsOf({ bus }: Context, claimed: ClaimedPush[]): Promise<Map<number, Excerpt>> {
  const message_ids = [...new Set(claimed.map((push) => push.message_id))];
  const { excerpts } = await bus.request(messagesEndpoints.excerptMessages, { message_ids, length: BODY_LENGTH });
  return new Map(excerpts.map((excerpt) => [excerpt.message_id, excerpt]));
}
