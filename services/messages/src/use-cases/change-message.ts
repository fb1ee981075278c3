import {
  EMOJIS_PER_MESSAGE,
  type EndpointData,
  type Message,
  type messagesEndpoints,
  type Reaction,
  VestnikError,
} from '@vestnik/contracts';
import { type Queries, statement } from '@vestnik/database';
import { insertEvent, type OutboxRow } from '@vestnik/outbox';
import type { MessagesContext } from '../context.ts';
import type { MessageChange } from '../live/tell-change.ts';
import { wholeMessage } from '../store/whole-message.ts';

/** Locks a message that the user may see, for the length of a transaction. */
const lockVisible = statement<{ conversation_id: number; sender_id: number; deleted: boolean }>(
  'lock-visible-message',
  `select m.conversation_id, m.sender_id, m.deleted_at is not null as deleted
   from messages m join members me on me.conversation_id = m.conversation_id and me.user_id = $2
   where m.id = $1 for update of m`,
);
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

/** Changes the content of one's own message and tells everybody in the conversation. */
export async function editMessage(
  context: MessagesContext,
  { user_id, message_id, content }: EndpointData<typeof messagesEndpoints.edit>,
): Promise<{ message: Message }> {
  const { message, event } = await context.database.transaction(async (queries) => {
    const found = await ownMessage(queries, user_id, message_id);
    if (found.deleted) throw new VestnikError('conflict', 'The message was deleted');
    await queries.query(setContent, [message_id, content]);
    return { message: await wholeMessage(queries, message_id), event: await note(queries, message_id, 'content') };
  });
  await tell(context, event);
  return { message };
}

/** Makes one's own message a tombstone and tells everybody in the conversation; done again, it changes nothing. */
export async function deleteMessage(
  context: MessagesContext,
  { user_id, message_id }: EndpointData<typeof messagesEndpoints.delete>,
): Promise<{ message: Message }> {
  const { message, event } = await context.database.transaction(async (queries) => {
    const found = await ownMessage(queries, user_id, message_id);
    if (!found.deleted) await queries.query(makeTombstone, [message_id]);
    const event = found.deleted ? undefined : await note(queries, message_id, 'content');
    return { message: await wholeMessage(queries, message_id), event };
  });
  await tell(context, event);
  return { message };
}

/** Adds or takes back one's own reaction and tells everybody in the conversation; done again, it changes nothing. */
export async function reactToMessage(
  context: MessagesContext,
  { user_id, message_id, emoji, present }: EndpointData<typeof messagesEndpoints.react>,
): Promise<{ message_id: number; reactions: Reaction[] }> {
  const { message, event } = await context.database.transaction(async (queries) => {
    const found = await visibleMessage(queries, user_id, message_id);
    if (present && found.deleted) throw new VestnikError('conflict', 'The message was deleted');
    const rows = await queries.query(present ? addReaction : removeReaction, [message_id, user_id, emoji]);
    if (rows.length > 0) await queries.query(noteReactions, [message_id]);
    const message = await wholeMessage(queries, message_id);
    // The message is locked, so nobody else can have added one in between; what was added here goes back.
    if (present && rows.length > 0 && message.reactions.length > EMOJIS_PER_MESSAGE) {
      throw new VestnikError('invalid', `A message takes at most ${EMOJIS_PER_MESSAGE} different reactions`);
    }
    return { message, event: rows.length > 0 ? await note(queries, message_id, 'reactions') : undefined };
  });
  await tell(context, event);
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

/** Notes a change in its own transaction, to be told after the commit by this process or whoever finds it left behind. */
function note(queries: Queries, message_id: number, what: MessageChange['changed']['what']) {
  return insertEvent<MessageChange>(queries, { changed: { message_id, what } });
}

/** Everybody in the conversation hears of a change before the one who made it, where the bus is there. */
async function tell({ outbox, crash }: MessagesContext, event: OutboxRow | undefined): Promise<void> {
  if (!event) return;
  crash.here('messages.change-committed');
  await outbox.publishNow(event);
}
