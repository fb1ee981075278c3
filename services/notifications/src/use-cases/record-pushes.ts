import type { MessagesStored } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { skipReason } from '../domain/skip-reason.ts';
import { type Candidate, findCandidates, insertPushes, type JudgedCandidate } from '../store/candidates.ts';
import { saveConversation } from '../store/membership.ts';
import { copyConversations } from '../upstream/conversations.ts';
import { findConnected } from '../upstream/presence.ts';
import { unlessAway } from '../upstream/unless-away.ts';

/** Messages looked up at once: in a large group each may reach a thousand devices. */
const BATCH = 200;

/**
 * Records a push for every device of every recipient of stored messages, or why the service does not push. The same
 * event again changes nothing.
 *
 * @throws VestnikError `unavailable` when conversations has to be asked and is away.
 */
export async function recordPushes(context: Context, { messages }: MessagesStored): Promise<void> {
  for (let start = 0; start < messages.length; start += BATCH) {
    await recordBatch(context, messages.slice(start, start + BATCH));
  }
}

async function recordBatch(context: Context, messages: MessagesStored['messages']): Promise<void> {
  const { database } = context;
  let found = await findCandidates(database, messages);
  if (found.staleConversationIds.length > 0) {
    await refreshCopies(context, found.staleConversationIds);
    found = await findCandidates(database, messages);
  }
  if (found.candidates.length === 0) return;

  const recorded = await insertPushes(database, await judge(context, found.candidates));
  for (const { provider, state } of recorded) if (state === 'skipped') context.count(provider, 'skipped');
  if (recorded.some(({ state }) => state === 'pending')) context.wakeDispatcher();
}

async function refreshCopies({ bus, database }: Context, conversationIds: number[]): Promise<void> {
  for (const conversation of await copyConversations(bus, conversationIds)) {
    await saveConversation(database, conversation);
  }
}

/**
 * Judges candidates before they are recorded, so that most pushes never wait. While presence is away no user counts as
 * connected here: the dispatcher judges again before every attempt, and waits for presence.
 */
async function judge(context: Context, candidates: Candidate[]): Promise<JudgedCandidate[]> {
  const userIds = candidates.map((candidate) => candidate.user_id);
  const connected = (await unlessAway(findConnected(context.bus, userIds))) ?? new Map<number, number>();
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
