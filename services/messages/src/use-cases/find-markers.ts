import type { Context, Input, Output } from '../context.ts';
import { refreshCopy } from '../membership.ts';
import { findMarkers as statement } from '../store/markers.ts';

/** Returns the markers of the named members, in no particular order. Users who are no members are left out. */
export async function findMarkers(
  context: Context,
  { conversation_id, user_ids }: Input<'findMarkers'>,
): Promise<Output<'findMarkers'>> {
  const find = () => context.database.query(statement, [conversation_id, user_ids]);
  const markers = await find();
  if (markers.length === user_ids.length) return { markers };
  await refreshCopy(context, [conversation_id]);
  return { markers: await find() };
}
