import { encodeSearchCursor, type Highlight, type SearchPage, VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { cutToLength, MAX_LENGTH } from '../domain/answer-size.ts';
import { type Closeness, findQuery } from '../domain/search/match.ts';
import { mayDiffer } from '../domain/search/one-letter.ts';
import { parseQuery, type SearchQuery } from '../domain/search/query.ts';
import { requireMember } from '../membership.ts';
import { findNewest, type Search } from '../search/find-newest.ts';
import { visibleMessages } from '../store/search.ts';

/** Characters that a message adds to its content and attachments in an answer, generously. */
const ENVELOPE_LENGTH = 1_000;

/**
 * Returns a page of the messages that fit a query and that the user may see at this moment, newest first. Where nothing fits,
 * words may differ by one letter. `next_cursor` is also given where the search has run out of time, behind what it looked at.
 *
 * @throws VestnikError `invalid` for a query without a word that is needed; `forbidden` for a conversation that the user is
 *   not in.
 */
export async function searchMessages(
  context: Context,
  { user_id, q, limit, behind, has, ...filters }: Input<'searchMessages'>,
): Promise<Output<'searchMessages'>> {
  const query = parseQuery(q);
  if (query.needed.length === 0) throw new VestnikError('invalid', 'q: needs a word that is not excluded');
  if (filters.conversation_id !== undefined) await requireMember(context, user_id, filters.conversation_id);
  const search = { query, has, scope: { user_id, ...filters }, beforeId: behind?.id ?? Number.MAX_SAFE_INTEGER, limit };
  if (behind) return findPage(context, { ...search, closeness: behind.is_near ? 'nearly' : 'asWritten' });
  const page = await findPage(context, { ...search, closeness: 'asWritten' });
  if (page.messages.length > 0 || page.next_cursor !== null || !hasLongWord(query)) return page;
  return findPage(context, { ...search, closeness: 'nearly' });
}

function hasLongWord({ needed }: SearchQuery): boolean {
  return needed.some(({ words }) => words.some(({ text }) => mayDiffer(text)));
}

async function findPage({ database }: Context, search: Search): Promise<SearchPage> {
  const { query, closeness, limit, scope } = search;
  const { ids, bound } = await findNewest(database, search);
  const shown = ids.slice(0, limit);
  // Messages may have been edited or deleted since, and the user may have left.
  const found = (shown.length === 0 ? [] : await visibleMessages(database, scope.user_id, shown)).flatMap((message) => {
    const marks = findQuery(query, message.content ?? '', closeness);
    return marks ? [{ message, marks }] : [];
  });
  const { kept, cut } = cutToLength(found, sizeOf, MAX_LENGTH);
  const messages = kept.map(({ message }) => message);
  const last = cut ? messages.at(-1)?.id : ids.length > limit ? shown.at(-1) : bound;
  return {
    messages,
    highlights: Object.fromEntries(kept.map(({ message, marks }) => [message.id, marks])),
    next_cursor: last === undefined ? null : cursorBehind(last, closeness),
  };
}

function cursorBehind(id: number, closeness: Closeness): string {
  return encodeSearchCursor({ id, is_near: closeness === 'nearly' });
}

function sizeOf({ message, marks }: { message: SearchPage['messages'][number]; marks: readonly Highlight[] }): number {
  const files = message.attachments.reduce((sum, { url, name }) => sum + url.length + name.length, 0);
  return (message.content?.length ?? 0) + files + marks.length * 12 + ENVELOPE_LENGTH;
}
