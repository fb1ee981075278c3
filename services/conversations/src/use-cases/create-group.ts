import type { Context, Input, Output } from '../context.ts';
import { groupOf } from '../domain/group-rules.ts';
import { conversationEntity } from '../store/schema.ts';
import { addEvent, addPeople } from '../store/unit-of-work.ts';

/**
 * Creates a group owned by who asks, who is its first participant.
 *
 * @throws VestnikError `invalid` beyond the group's size or with nobody but the owner.
 */
export async function createGroup(
  { database, outbox, groupSize }: Context,
  { user_id, name, participant_ids }: Input<'createGroup'>,
): Promise<Output<'createGroup'>> {
  const participants = groupOf(user_id, participant_ids, groupSize);
  const { conversation, row } = await database.em().transactional(async (em) => {
    const at = new Date();
    const group = { type: 'group' as const, name, owner_id: user_id, version: 1 };
    const record = em.create(conversationEntity, { ...group, created_at: at, updated_at: at });
    await em.persist(record).flush();
    addPeople(em, record.id, participants, 1, at);
    const time = at.toISOString();
    const conversation = { id: record.id, ...group, participants, created_at: time, updated_at: time };
    return { conversation, row: await addEvent(em, { conversation, joined: participants, left: [], updated: false }) };
  });
  void outbox.publishNow(row);
  return { conversation };
}
