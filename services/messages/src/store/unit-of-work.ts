import { LockMode } from '@mikro-orm/core';
import type { Database } from '@vestnik/database';
import { type MessageRecord, memberEntity, mentionEntity, messageEntity, reactionEntity } from './schema.ts';
import { searchChangeEntity } from './search-schema.ts';

/** A unit of work of this schema. */
export type EntityManager = ReturnType<Database['em']>;

/**
 * Locks a message until the end of the transaction and returns it as it is then. Returns undefined, and locks nothing,
 * where the user may not see the message.
 */
export async function lockVisible(
  em: EntityManager,
  userId: number,
  messageId: number,
): Promise<MessageRecord | undefined> {
  const message = await em.findOne(messageEntity, { id: messageId });
  if (!message) return undefined;
  const member = await em.findOne(memberEntity, { conversation_id: message.conversation_id, user_id: userId });
  if (!member || message.seq <= member.hidden_seq) return undefined;
  await em.refreshOrFail(message, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return message;
}

/** Notes that the search index has to read a message again, after the commit. */
export async function indexLater(em: EntityManager, { conversation_id, seq }: MessageRecord): Promise<void> {
  await em.upsert(searchChangeEntity, { conversation_id, seq }, { onConflictAction: 'ignore' });
}

/** Returns the different emojis that a message has as reactions. */
export async function emojisOf(em: EntityManager, messageId: number): Promise<string[]> {
  const rows = await em
    .createQueryBuilder(reactionEntity)
    .select('emoji')
    .distinct()
    .where({ message_id: messageId })
    .execute('all');
  return rows.map(({ emoji }) => emoji);
}

/** Removes the rows by which the mentions of a message count. */
export async function forgetMentions(em: EntityManager, message: MessageRecord): Promise<void> {
  const { conversation_id, seq, mentions } = message;
  if (!mentions) return;
  const user_id = mentions === 'all' ? [0] : mentions;
  await em.nativeDelete(mentionEntity, { conversation_id, user_id, seq });
}
