import {
  EMOJIS_PER_MESSAGE,
  type EndpointData,
  type Message,
  type messagesEndpoints,
  type Reaction,
  VestnikError,
} from '@vestnik/contracts';
import { type Queries, statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from '../store/message-row.ts';

/** Locks a message that the user may see, for the length of a transaction. */
const lockVisible = statement<{ conversation_id: number; sender_id: number; deleted: boolean }>(
  'lock-visible-message',
  `select m.conversation_id, m.sender_id, m.deleted_at is not null as deleted
   from messages m join members me on me.conversation_id = m.conversation_id and me.user_id = $2
   where m.id = $1 for update of m`,
);
const whole = statement<MessageRow>('message-by-id', `select ${MESSAGE_COLUMNS} from messages m where m.id = $1`);
const setContent = statement<never>(
  'set-content',
  'update messages set content = $2, edited_at = clock_timestamp() where id = $1',
);
const makeTombstone = statement<never>(
  'make-tombstone',
  'update messages set content = null, attachments = null, deleted_at = clock_timestamp() where id = $1',
);
const addReaction = statement<{ changed: number }>(
  'add-reaction',
  'insert into reactions (message_id, user_id, emoji) values ($1, $2, $3) on conflict do nothing returning 1 as changed',
);
const removeReaction = statement<{ changed: number }>(
  'remove-reaction',
  'delete from reactions where message_id = $1 and user_id = $2 and emoji = $3 returning 1 as changed',
);
const noteReactions = statement<never>(
  'note-reactions',
  `update messages set has_reactions = exists (select from reactions r where r.message_id = $1) where id = $1`,
);
const takeTurn = statement<never>('take-turn-to-tell', 'select pg_advisory_xact_lock(hashtextextended($1, 0))');

/** Changes the content of one's own message and tells everybody in the conversation. */
export async function editMessage(
  context: MessagesContext,
  { user_id, message_id, content }: EndpointData<typeof messagesEndpoints.edit>,
): Promise<{ message: Message }> {
  const message = await context.database.transaction(async (queries) => {
    const found = await ownMessage(queries, user_id, message_id);
    if (found.deleted) throw new VestnikError('conflict', 'The message was deleted');
    await queries.query(setContent, [message_id, content]);
    return wholeMessage(queries, message_id);
  });
  await tell(context, message, tellOfContent(context));
  return { message };
}

/** Makes one's own message a tombstone and tells everybody in the conversation; done again, it changes nothing. */
export async function deleteMessage(
  context: MessagesContext,
  { user_id, message_id }: EndpointData<typeof messagesEndpoints.delete>,
): Promise<{ message: Message }> {
  const { message, changed } = await context.database.transaction(async (queries) => {
    const found = await ownMessage(queries, user_id, message_id);
    if (!found.deleted) await queries.query(makeTombstone, [message_id]);
    return { message: await wholeMessage(queries, message_id), changed: !found.deleted };
  });
  if (changed) await tell(context, message, tellOfContent(context));
  return { message };
}

/** Adds or takes back one's own reaction and tells everybody in the conversation; done again, it changes nothing. */
export async function reactToMessage(
  context: MessagesContext,
  { user_id, message_id, emoji, present }: EndpointData<typeof messagesEndpoints.react>,
): Promise<{ message_id: number; reactions: Reaction[] }> {
  const { message, changed } = await context.database.transaction(async (queries) => {
    const found = await visibleMessage(queries, user_id, message_id);
    if (present && found.deleted) throw new VestnikError('conflict', 'The message was deleted');
    const rows = await queries.query(present ? addReaction : removeReaction, [message_id, user_id, emoji]);
    if (rows.length > 0) await queries.query(noteReactions, [message_id]);
    const message = await wholeMessage(queries, message_id);
    // The message is locked, so nobody else can have added one in between; what was added here goes back.
    if (present && rows.length > 0 && message.reactions.length > EMOJIS_PER_MESSAGE) {
      throw new VestnikError('invalid', `A message takes at most ${EMOJIS_PER_MESSAGE} different reactions`);
    }
    return { message, changed: rows.length > 0 };
  });
  if (changed) {
    await tell(context, message, ({ conversation_id, id, reactions }) =>
      context.live.reactionChanged(conversation_id, id, reactions),
    );
  }
  return { message_id, reactions: message.reactions };
}

async function visibleMessage(queries: Queries, userId: number, messageId: number) {
  const [found] = await queries.query(lockVisible, [messageId, userId]);
  if (!found) throw new VestnikError('forbidden', 'This is not a message that you may see');
  return found;
}

async function ownMessage(queries: Queries, userId: number, messageId: number) {
  const found = await visibleMessage(queries, userId, messageId);
  if (found.sender_id !== userId) throw new VestnikError('forbidden', 'Only its sender may change a message');
  return found;
}

async function wholeMessage(queries: Queries, messageId: number): Promise<Message> {
  const [row] = await queries.query(whole, [messageId]);
  if (!row) throw new Error(`message ${messageId} was there a moment ago`);
  return toMessage(row);
}

/**
 * Tells how a message is now, after a change of it that is committed: over all instances one teller of a message at a time,
 * each of what it finds when its turn comes. Else what two instances publish of one message could be heard in another order
 * than it happened, and what was deleted would come back on screens.
 *
 * The change holds in any case. When no turn can be had it is told as it was made.
 */
async function tell(
  { database, bus, logger }: MessagesContext,
  changed: Message,
  publish: (message: Message) => void,
): Promise<void> {
  let isTold = false;
  try {
    await database.transaction(async (queries) => {
      await queries.query(takeTurn, [`message ${changed.id}`]);
      publish(await wholeMessage(queries, changed.id));
      isTold = true;
      // The next one's turn begins when the bus has this.
      await bus.flush();
    });
  } catch (error) {
    logger.warn({ err: error }, 'a change of a message was told out of turn');
    if (!isTold) publish(changed);
  }
}

/** An edit may find that the message was deleted meanwhile. */
function tellOfContent({ live }: MessagesContext): (message: Message) => void {
  return (message) => (message.deleted_at === null ? live.messageUpdated(message) : live.messageDeleted(message));
}
