import { randomUUID } from 'node:crypto';
import { type Conversation, type KeptCreation, type Once, VestnikError } from '@vestnik/contracts';
import { isUniqueViolation } from '@vestnik/database';
import type { Context } from './context.ts';
import { fromRow } from './store/conversation-row.ts';
import { creationEntity } from './store/schema.ts';
import * as statements from './store/statements.ts';
import type { EntityManager } from './store/unit-of-work.ts';

/** A conversation that was created or found, with what is kept of its creation. */
export interface Created {
  conversation: Conversation;
  created: boolean;
  kept?: KeptCreation | undefined;
}

/** Adds the creation under the caller's key to a transaction. */
export type Keep = (em: EntityManager, conversationId: number, created: boolean) => Promise<KeptCreation | undefined>;

/**
 * Creates a conversation once under the caller's key. A repetition within a day returns what the first creation returned, also
 * when both come at the same time: the database keeps the first. Creations of one user wait for each other before they take a
 * connection.
 *
 * @throws VestnikError `conflict` when the key stands for another request; what `create` and the queue throw.
 */
export function createOnce(
  context: Pick<Context, 'database' | 'creations'>,
  userId: number,
  once: Once | undefined,
  create: (keep: Keep) => Promise<Created>,
): Promise<Created> {
  return context.creations.run(`user ${userId}`, () => createUnderKey(context, userId, once, create));
}

async function createUnderKey(
  context: Pick<Context, 'database'>,
  userId: number,
  once: Once | undefined,
  create: (keep: Keep) => Promise<Created>,
): Promise<Created> {
  if (!once) return create(async () => undefined);
  const found = await findKept(context, userId, once);
  if (found) return found;
  try {
    return await create((em, conversationId, created) => keep(em, userId, once, conversationId, created));
  } catch (error) {
    if (!isUniqueViolation(error, 'creations_key')) throw error;
  }
  const first = await findKept(context, userId, once);
  if (!first) throw new VestnikError('unavailable', 'The creation under this key cannot be read just now');
  return first;
}

async function findKept(
  { database }: Pick<Context, 'database'>,
  userId: number,
  { key, fingerprint }: Once,
): Promise<Created | undefined> {
  const [row] = await database.query(statements.findCreation, [userId, key]);
  if (!row) return undefined;
  if (row.fingerprint !== fingerprint) {
    throw new VestnikError('conflict', 'This Idempotency-Key was used with another request');
  }
  const [conversation] = await database.query(statements.copyConversations, [[row.conversation_id]]);
  if (!conversation) throw new Error(`conversation ${row.conversation_id} of a creation is gone`);
  const { id, message_key, created, answer } = row;
  return { conversation: fromRow(conversation), created, kept: { id, message_key, created, answer } };
}

async function keep(
  em: EntityManager,
  userId: number,
  { key, fingerprint }: Once,
  conversationId: number,
  created: boolean,
): Promise<KeptCreation> {
  const record = em.create(creationEntity, {
    user_id: userId,
    key,
    fingerprint,
    conversation_id: conversationId,
    message_key: randomUUID(),
    created,
    answer: null,
    created_at: new Date(),
  });
  await em.persist(record).flush();
  return { id: record.id, message_key: record.message_key, created, answer: null };
}
