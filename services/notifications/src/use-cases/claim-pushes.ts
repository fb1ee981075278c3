import type { Excerpt } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { type SkipReason, skipReason } from '../domain/skip-reason.ts';
import { type Claim, type ClaimedPush, takePushes } from '../store/claims.ts';
import { holdPushes } from '../store/held.ts';
import { markSkipped, release } from '../store/outcomes.ts';
import { excerptMessages, findReaders, type Readers } from '../upstream/messages.ts';
import { findConnected } from '../upstream/presence.ts';

/** A claimed push that nothing speaks against, and how its message begins now; undefined for an invitation. */
export interface SendablePush {
  push: ClaimedPush;
  excerpt: Excerpt | undefined;
}

/** The lease of a claim. It is longer than the checks (3 s), the attempt (10 s) and the record (5 s) can last together. */
const LEASE_SECONDS = 30;
/** Seconds until claimed pushes are due again when presence or messages is away. */
const AWAY_SECONDS = 2;

/** The facts that other services know about claimed pushes. */
interface Facts {
  /** Users who have a socket open. */
  connected: ReadonlyMap<number, number>;
  readers: Readers;
  /** By message; a deleted message has none. */
  excerpts: ReadonlyMap<number, Excerpt>;
}

/**
 * Claims due pushes for this instance and judges them as things are now, right before their attempts. Records the pushes
 * that are not to be sent as skipped, or as held when their users look connected, and returns the others.
 *
 * @throws VestnikError `unavailable` when presence or messages is away; the claimed pushes are due again after 2 s.
 */
export async function claimPushes(
  context: Context,
  claim: Omit<Claim, 'leaseSeconds'>,
): Promise<{ claimed: number; sendable: SendablePush[] }> {
  const { database } = context;
  const pushes = await takePushes(database, { ...claim, leaseSeconds: LEASE_SECONDS });
  if (pushes.length === 0) return { claimed: 0, sendable: [] };
  try {
    return { claimed: pushes.length, sendable: await judgePushes(context, pushes) };
  } catch (error) {
    await release(database, pushes, AWAY_SECONDS);
    throw error;
  }
}

async function judgePushes(context: Context, pushes: ClaimedPush[]): Promise<SendablePush[]> {
  const { database } = context;
  const facts = await findFacts(context, pushes);
  const now = new Date();
  const sendable: SendablePush[] = [];
  const skipped: { push: ClaimedPush; reason: SkipReason }[] = [];
  const held: ClaimedPush[] = [];
  for (const push of pushes) {
    const excerpt = facts.excerpts.get(push.message_id);
    const reason = reasonToSkip(context, push, facts, now);
    if (reason === 'connected' && facts.connected.has(push.user_id)) {
      held.push(push);
    } else if (reason !== undefined) {
      skipped.push({ push, reason });
      context.count(push.provider, 'skipped');
    } else if (push.is_invitation || excerpt !== undefined) {
      sendable.push({ push, excerpt });
    }
  }
  await markSkipped(database, skipped);
  await holdPushes(database, held);
  return sendable;
}

async function findFacts({ bus }: Context, pushes: ClaimedPush[]): Promise<Facts> {
  const userIds = pushes.map((push) => push.user_id);
  const ofMessages = pushes.filter((push) => !push.is_invitation);
  const messageIds = ofMessages.map((push) => push.message_id);
  const [connected, readers, excerpts] = await Promise.all([
    findConnected(bus, userIds),
    findReaders(bus, ofMessages),
    excerptMessages(bus, messageIds),
  ]);
  return { connected, readers, excerpts };
}

function reasonToSkip(context: Context, push: ClaimedPush, facts: Facts, now: Date): SkipReason | undefined {
  if (push.target === null) return 'device removed';
  if (push.is_signed_out) return 'signed out';
  if (!push.participant) return 'left';
  const circumstances = {
    ...push,
    connected: facts.connected.has(push.user_id) && !isUnreadForLong(push),
    configured: context.providers[push.provider] !== undefined,
  };
  const reason = skipReason(circumstances, now, context.clock);
  if (reason !== undefined) return reason;
  if (push.is_invitation) return undefined;
  if (facts.readers.hasRead(push)) return 'read';
  // The message reached the socket that the user had, before the socket closed.
  if (push.was_held && push.push_after_seconds === null && facts.readers.hasReceived(push)) return 'connected';
  return facts.excerpts.has(push.message_id) ? undefined : 'deleted';
}

/** A connected user who asked for it gets a push for a message that stays unread. */
function isUnreadForLong({ push_after_seconds, message_age_seconds }: ClaimedPush): boolean {
  return push_after_seconds !== null && message_age_seconds >= push_after_seconds;
}
