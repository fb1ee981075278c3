import type { Context, Input, Output } from '../context.ts';
import { roomsOfUsers } from '../store/statements.ts';

/** The conversations of each of the named users, once each; who is in none gets an empty list. */
export async function listRooms(
  { database }: Context,
  { user_ids }: Input<'roomsOfUser'>,
): Promise<Output<'roomsOfUser'>> {
  const asked = [...new Set(user_ids)];
  const rows = await database.query(roomsOfUsers, [asked]);
  const roomsOf = new Map(rows.map((row) => [row.user_id, row.conversation_ids]));
  return { rooms: asked.map((user_id) => ({ user_id, conversation_ids: roomsOf.get(user_id) ?? [] })) };
}
