import { type Bus, publishDurable } from '@vestnik/bus';
import {
  durableEvents,
  encodeLive,
  eventFrame,
  liveSubjects,
  type MembershipChanged,
  membersOf,
} from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { OutboxRow } from '@vestnik/outbox';
import type { MembershipEvent } from './domain/membership-event.ts';
import { fromRow } from './store/conversation-row.ts';
import { copyConversations, holdConversation } from './store/statements.ts';

/**
 * Publishes one change. Straight after the commit the live events go first, before anything is awaited, so that they leave
 * before the caller's reply. An event that was left behind goes to the stream first. Then its parts that still hold go out
 * live.
 *
 * @throws VestnikError `unavailable` when the stream does not answer, or when the live events may have been lost.
 */
export async function publishEvent(
  { bus, database }: { bus: Bus; database: Database },
  row: OutboxRow,
  leftBehind: boolean,
): Promise<void> {
  const event = row.payload as MembershipEvent;
  const assertUnbroken = bus.unbroken();
  if (!leftBehind) publishLive(bus, event);
  await publishDurable(bus, durableEvents.conversationChanged, `conversations-${row.id}`, {
    conversation: event.conversation,
  });
  if (!leftBehind) assertUnbroken();
  if (leftBehind) await publishLate(bus, database, event);
}

/** Publishes memberships before the conversation's own event: users who left do not get it, users who joined do. */
function publishLive(
  bus: Bus,
  { conversation, joined, left, invited = [], uninvited = [], updated }: MembershipEvent,
): void {
  const publish = (userId: number, change: MembershipChanged['change']) => {
    const payload: MembershipChanged = { change, conversation };
    bus.publish(liveSubjects.membershipChanged(userId), JSON.stringify(payload));
  };
  for (const userId of left) publish(userId, 'left');
  for (const userId of joined) publish(userId, 'joined');
  for (const userId of invited) publish(userId, 'invited');
  for (const userId of uninvited) publish(userId, 'uninvited');
  if (updated) {
    const frame = eventFrame('conversation_updated', { conversation });
    bus.publish(
      liveSubjects.conversationUpdated(conversation.id),
      encodeLive({ version: conversation.version }, [frame]),
    );
  }
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
    publishLive(bus, {
      conversation,
      joined: event.joined.filter((userId) => present.has(userId)),
      left: event.left.filter((userId) => !present.has(userId)),
      invited: event.invited?.filter((userId) => waiting.has(userId)),
      uninvited: event.uninvited?.filter((userId) => !present.has(userId)),
      updated: event.updated,
    });
    await bus.flush();
  });
}
