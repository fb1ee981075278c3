import { type Bus, publishDurable } from '@vestnik/bus';
import { durableEvents, encodeLive, eventFrame, liveSubjects, type MembershipChanged } from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { CrashPoints } from '@vestnik/lifecycle';
import type { OutboxRow } from '@vestnik/outbox';
import type { MembershipEvent } from './membership-event.ts';
import { fromRow } from './store/conversation-row.ts';
import { conversationsById, holdConversation } from './store/statements.ts';

/**
 * Publishes one change. Straight after its commit the live events go first, before anything is awaited, so that they
 * leave before the reply to who made the change. What was left behind goes to the stream first, and then what of it
 * still holds goes out live.
 *
 * @throws VestnikError `unavailable` when the stream does not answer, or the live events may have been lost.
 */
export async function publishEvent(
  { bus, database, crash }: { bus: Bus; database: Database; crash: CrashPoints },
  row: OutboxRow,
  leftBehind: boolean,
): Promise<void> {
  const event = row.payload as MembershipEvent;
  const assertTold = bus.unbroken();
  if (!leftBehind) publishLive(bus, event);
  await publishDurable(bus, durableEvents.conversationChanged, `conversations-${row.id}`, {
    conversation: event.conversation,
  });
  if (!leftBehind) assertTold();
  crash.here('conversations.event-published');
  if (leftBehind) await publishLate(bus, database, event);
}

/** People first: who left is out before the conversation's own event, who joined is in. */
function publishLive(bus: Bus, { conversation, joined, left, updated }: MembershipEvent): void {
  const tell = (userId: number, change: MembershipChanged['change']) => {
    const payload: MembershipChanged = { change, conversation };
    bus.publish(liveSubjects.membershipChanged(userId), JSON.stringify(payload));
  };
  for (const userId of left) tell(userId, 'left');
  for (const userId of joined) tell(userId, 'joined');
  if (updated) {
    const frame = eventFrame('conversation_updated', { conversation });
    bus.publish(
      liveSubjects.conversationUpdated(conversation.id),
      encodeLive({ version: conversation.version }, [frame]),
    );
  }
}

/**
 * Tells what of an old event still holds. The conversation is kept from changing meanwhile: somebody who joined then and
 * was removed since must not be let in again by a late event.
 */
async function publishLate(bus: Bus, database: Database, event: MembershipEvent): Promise<void> {
  await database.transaction(async (queries) => {
    await queries.query(holdConversation, [event.conversation.id]);
    const [row] = await queries.query(conversationsById, [[event.conversation.id]]);
    if (!row) return;
    const conversation = fromRow(row);
    const present = new Set(conversation.participants);
    publishLive(bus, {
      conversation,
      joined: event.joined.filter((userId) => present.has(userId)),
      left: event.left.filter((userId) => !present.has(userId)),
      updated: event.updated,
    });
    await bus.flush();
  });
}
