import type { Database } from '@vestnik/database';
import { type OutboxRow, outboxEntity } from './table.ts';

/**
 * Writes everything that a unit of work holds, and the event that announces it, into the unit's transaction. The caller
 * publishes the event after the commit.
 */
export async function addEvent<Payload>(
  em: ReturnType<Database['em']>,
  payload: Payload,
): Promise<OutboxRow & { payload: Payload }> {
  const event = em.create(outboxEntity, { payload });
  await em.persist(event).flush();
  return { id: event.id, payload };
}
