import type { Context, Input, Output } from '../context.ts';
import { fromRow } from '../store/conversation-row.ts';
import { conversationsById, versionsSeen } from '../store/statements.ts';

/**
 * Conversations for several askers, as JSON, in the order asked; empty for who is not in one. Who is in, and in which
 * version a conversation is, the database says each time; its text is the one held for that version.
 */
export async function describeConversations(
  { database, texts }: Context,
  { asks }: Input<'describe'>,
): Promise<Output<'describe'>> {
  const wanted = asks.flatMap(({ user_id, conversation_ids }) => conversation_ids.map((id) => ({ user_id, id })));
  const rows = await database.queryRaw(versionsSeen, [
    wanted.map(({ user_id }) => user_id),
    wanted.map(({ id }) => id),
  ]);
  const lines = wanted.map(() => '');
  const missing = new Map<number, number[]>();
  for (const row of rows) {
    const place = Number(row[0]) - 1;
    const id = wanted[place]?.id ?? 0;
    const text = texts.get(id, Number(row[1]));
    if (text !== undefined) lines[place] = text;
    else missing.set(id, [...(missing.get(id) ?? []), place]);
  }
  if (missing.size === 0) return lines;
  for (const row of await database.query(conversationsById, [[...missing.keys()]])) {
    const text = texts.put(fromRow(row));
    for (const place of missing.get(row.id) ?? []) lines[place] = text;
  }
  return lines;
}
