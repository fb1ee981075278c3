import type { Context, Input, Output } from '../context.ts';
import { cutToLength } from '../domain/answer-size.ts';
import { selectRange, toPages } from '../store/history.ts';
import { rowLength } from '../store/message-row.ts';

/** Messages that one answer carries at most. */
const RANGE_LIMIT = 500;

/** Returns messages of a range, oldest first, perhaps not all of it: the caller asks again behind the last one. */
export async function readRange({ database }: Context, range: Input<'readRange'>): Promise<Output<'readRange'>> {
  const { kept: rows } = cutToLength(await selectRange(database, range, RANGE_LIMIT), rowLength);
  const [messages = []] = await toPages(database, [{ conversation_id: range.conversation_id, rows }]);
  return { messages };
}
