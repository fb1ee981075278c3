import { type Coalescer, createCoalescer } from '@vestnik/batching';
import { type Bus, publishDurable } from '@vestnik/bus';
import {
  type Conversation,
  durableEvents,
  encodeLive,
  eventFrame,
  type LiveHeader,
  liveSubjects,
  type MembershipChanged,
  membersOf,
  type OwnerNeeded,
} from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { OutboxRow } from '@vestnik/outbox';
import type { MembershipEvent } from './domain/membership-event.ts';
import { fromRow } from './store/conversation-row.ts';
import { copyConversations, holdConversation } from './store/statements.ts';

/** So many updates of one conversation are published live without a pause, and behind them one each so many milliseconds. */
const BURST = 10;
const EVERY_MS = 200;

/** Publishes the new state of conversations live. */
export type LiveUpdates = Coalescer<number, Conversation>;

/** Creates the publisher of new states. A few of one conversation are published at once, and many as few, the last one always. */
export function createLiveUpdates(bus: Bus): LiveUpdates {
  return createCoalescer<number, Conversation>({
    burst: BURST,
    everyMs: EVERY_MS,
    merge: (first, second) => (first.version > second.version ? first : second),
    handOver: async (_, conversation) => publishUpdate(bus, conversation),
  });
}

/**
 * Publishes one change. Straight after the commit the live events go first, before anything is awaited, so that they leave
 * before the caller's reply. Where many changes came within a short time, the newest state follows later. An event that was
 * left behind goes to the stream first. Then its parts that still hold go out live.
 *
 * @throws VestnikError `unavailable` when the stream does not answer, or when the live events may have been lost.
 */
export async function publishEvent(
  { bus, database, updates }: { bus: Bus; database: Database; updates: LiveUpdates },
  row: OutboxRow,
  leftBehind: boolean,
): Promise<void> {
  const event = row.payload as MembershipEvent;
  const { conversation } = event;
  const assertUnbroken = bus.unbroken();
  let updated: Promise<void> | undefined;
  if (!leftBehind) {
    // Memberships go before the conversation's own event: users who left do not get it, users who joined do.
    publishMemberships(bus, event);
    if (event.updated) updated = updates.add(conversation.id, conversation);
    if (event.needs_owner) publishOwnerNeeded(bus, conversation);
  }
  const { joined, left, updated: existed } = event;
  const act = event.act && { ...event.act, created: !existed, joined, left };
  await publishDurable(bus, durableEvents.conversationChanged, `conversations-${row.id}`, { conversation, act });
  await updated;
  if (leftBehind) await publishLate(bus, database, event);
  else assertUnbroken();
}

function publishMemberships(
  bus: Bus,
  { conversation, joined, left, invited = [], uninvited = [] }: Omit<MembershipEvent, 'updated'>,
): void {
  const publish = (userId: number, change: MembershipChanged['change']) => {
    const payload: MembershipChanged = { change, conversation };
    bus.publish(liveSubjects.membershipChanged(userId), JSON.stringify(payload));
  };
  for (const userId of left) publish(userId, 'left');
  for (const userId of joined) publish(userId, 'joined');
  for (const userId of invited) publish(userId, 'invited');
  for (const userId of uninvited) publish(userId, 'uninvited');
}

function publishUpdate(bus: Bus, conversation: Conversation): void {
  const frame = eventFrame('conversation_updated', { conversation });
  bus.publish(liveSubjects.conversationUpdated(conversation.id), encodeLive(headerOf(conversation), [frame]));
}

function publishOwnerNeeded(bus: Bus, { id, name, company_id }: Conversation): void {
  if (company_id === null) return;
  const payload: OwnerNeeded = { company_id, conversation_id: id, name };
  bus.publish(liveSubjects.ownerNeeded, JSON.stringify(payload));
}

function headerOf({ version, state }: Conversation): LiveHeader {
  return state === 'suspended' ? { version, is_suspended: true } : { version };
}

/**
 * Publishes the parts of an old event that still hold, while the conversation is kept from changing. Otherwise a late event
 * could let a user in again who joined then and has been removed since.
 */
async function publishLate(bus: Bus, database: Database, event: MembershipEvent): Promise<void> {
  await database.transaction(async (queries) => {
    await queries.query(holdConversation, [event.conversation.id]);
    const [row] = await queries.query(copyConversations, [[event.conversation.id]]);
    if (!row) return;
    const conversation = fromRow(row);
    const present = new Set(membersOf(conversation));
    const waiting = new Set((conversation.invited ?? []).map(({ user_id }) => user_id));
    publishMemberships(bus, {
      conversation,
      joined: event.joined.filter((userId) => present.has(userId)),
      left: event.left.filter((userId) => !present.has(userId)),
      invited: event.invited?.filter((userId) => waiting.has(userId)),
      uninvited: event.uninvited?.filter((userId) => !present.has(userId)),
    });
    if (event.updated) publishUpdate(bus, conversation);
    if (event.needs_owner && conversation.owner_id === null) publishOwnerNeeded(bus, conversation);
    await bus.flush();
  });
}
