import { conversationsEndpoints, LIST_LENGTH, type MessagesStored } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { skipReason } from '../domain/skip-reason.ts';
import { type Candidate, findCandidates, insertPushes, type JudgedCandidate } from '../store/candidates.ts';
import { takeConversation } from '../store/membership.ts';
import { connectedAmong } from '../upstream/presence.ts';
import { unlessAway } from '../upstream/unless-away.ts';

/** Messages looked up at once: in a large group each may reach a thousand devices. */
const AT_ONCE = 200;

/**
 * Messages were stored: records for every device of every recipient that it is to be pushed, or why not. The same
 * messages again change nothing.
 *
 * @throws VestnikError `unavailable` when conversations has to be asked and is away.
 */
export async function recordPushes(context: Context, { messages }: MessagesStored): Promise<void> {
  context.crash.here('notifications.event-received');
  for (let start = 0; start < messages.length; start += AT_ONCE) {
    await recordSome(context, messages.slice(start, start + AT_ONCE));
  }
}

async function recordSome(context: Context, messages: MessagesStored['messages']): Promise<void> {
  const { database, crash } = context;
  let found = await findCandidates(database, messages);
  if (found.staleConversationIds.length > 0) {
    await refreshCopies(context, found.staleConversationIds);
    found = await findCandidates(database, messages);
  }
  if (found.candidates.length === 0) return;

  const recorded = await insertPushes(database, await judge(context, found.candidates));
  crash.here('notifications.pushes-recorded');
  for (const { provider, state } of recorded) if (state === 'skipped') context.count(provider, 'skipped');
  if (recorded.some(({ state }) => state === 'pending')) context.wakeDelivery();
}

async function refreshCopies({ bus, database }: Context, conversationIds: number[]): Promise<void> {
  for (let start = 0; start < conversationIds.length; start += LIST_LENGTH) {
    const { conversations } = await bus.request(conversationsEndpoints.snapshots, {
      conversation_ids: conversationIds.slice(start, start + LIST_LENGTH),
    });
    for (const conversation of conversations) await takeConversation(database, conversation);
  }
}

/**
 * Judges candidates before they are recorded, so that most never wait. If presence is away nobody counts as connected
 * here: the delivery judges again before every attempt, and waits for presence.
 */
async function judge(context: Context, candidates: Candidate[]): Promise<JudgedCandidate[]> {
  const userIds = candidates.map((candidate) => candidate.user_id);
  const connected = (await unlessAway(connectedAmong(context, userIds))) ?? new Map<number, number>();
  const now = new Date();
  return candidates.map((candidate) => {
    const circumstances = {
      ...candidate,
      connected: connected.has(candidate.user_id),
      configured: context.providers[candidate.provider] !== undefined,
    };
    const reason = skipReason(circumstances, now, context.clock) ?? (candidate.full ? 'too many waiting' : undefined);
    return { candidate, reason };
  });
}
