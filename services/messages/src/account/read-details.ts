import type { AccountDetails, MemberMarkers } from '@vestnik/contracts';
import { isoTime, type Queries } from '@vestnik/database';
import { cutToLength, MAX_LENGTH } from '../domain/answer-size.ts';
import { changedMarkers, changedReads, MOST_STEPS, type ReadStep, selectChangedMessages } from '../store/changes.ts';
import { selectPages, toPages } from '../store/history.ts';
import { type MessageRow, rowLength } from '../store/message-row.ts';
import { isInvited } from '../store/summaries.ts';
import type { PageEntry } from './find-page.ts';

/** An entry with the details that a client gets besides the summary: messages, markers, steps of reading. */
export interface DetailedEntry {
  entry: PageEntry;
  /** Null for a conversation that the user is no longer in. */
  details: AccountDetails | null;
  /** Ids of the members whom the client has not been told about; none of a large conversation. */
  unknown: number[];
}

type ShownEntry = Extract<PageEntry, { kind: 'shown' }>;

/** Messages that one statement reads, about: an answer holds few more, unless they are short. */
const ROWS_AT_ONCE = 500;

/**
 * Reads the details of the entries of a page, of as many as one answer carries: perhaps not all, but one at least.
 *
 * @param messagesEach the messages of each conversation at most
 */
export async function readDetails(
  queries: Queries,
  userId: number,
  since: number,
  entries: readonly PageEntry[],
  messagesEach: number,
): Promise<DetailedEntry[]> {
  const done: DetailedEntry[] = [];
  const atOnce = Math.max(1, Math.floor(ROWS_AT_ONCE / (messagesEach + 1)));
  let room = MAX_LENGTH;
  for (let start = 0; start < entries.length && room > 0; start += atOnce) {
    const chunk = await readChunk(queries, userId, since, entries.slice(start, start + atOnce), messagesEach, room);
    done.push(...chunk.done);
    room = chunk.room;
    if (chunk.isCut) break;
  }
  return done;
}

async function readChunk(
  queries: Queries,
  userId: number,
  since: number,
  entries: readonly PageEntry[],
  messagesEach: number,
  roomBefore: number,
): Promise<{ done: DetailedEntry[]; room: number; isCut: boolean }> {
  const shown = entries.filter((entry): entry is ShownEntry => entry.kind === 'shown' && !isInvited(entry.summary));
  const reads = await readSteps(queries, since, shown);
  const isNew = ({ isNew, id }: ShownEntry) => isNew || reads.get(id) === 'many';
  const rows = await readRows(queries, userId, since, shown, isNew, messagesEach);

  let room = roomBefore;
  const kept: { entry: PageEntry; rows: readonly MessageRow[]; truncated: boolean }[] = [];
  for (const entry of entries) {
    const own = rows.get(entry.id) ?? [];
    const cut = cutToLength(own.slice(0, messagesEach), rowLength, Math.max(room, 0));
    const isFirst = kept.length === 0 && roomBefore === MAX_LENGTH;
    if (!isFirst && (room <= 0 || cut.cut)) break;
    kept.push({ entry, rows: cut.kept.toReversed(), truncated: cut.kept.length < own.length });
    room -= cut.length;
  }
  const messages = await toPages(
    queries,
    kept.map(({ entry, rows }) => ({ conversation_id: entry.id, rows })),
  );
  const markers = await readMarkers(queries, userId, since, shown, isNew);
  const done = kept.map(({ entry, truncated }, index): DetailedEntry => {
    if (entry.kind === 'removed') return { entry, details: null, unknown: [] };
    const steps = reads.get(entry.id);
    // Messages that the client takes anew come with their `read_at`.
    const isWhole = truncated || isNew(entry) || steps === undefined || steps === 'many';
    const moved = markers.get(entry.id) ?? [];
    return {
      entry,
      details: {
        messages: messages[index] ?? [],
        truncated,
        markers: moved.map(({ is_unknown: _, ...marker }) => marker),
        reads: isWhole ? [] : steps.flatMap(toReads),
      },
      unknown: moved.filter(({ is_unknown }) => is_unknown).map(({ user_id }) => user_id),
    };
  });
  return { done, room, isCut: kept.length < entries.length };
}

/** The newest messages of new conversations, and the new and changed ones of the others: newest first, one more than is shown. */
async function readRows(
  queries: Queries,
  userId: number,
  since: number,
  entries: readonly ShownEntry[],
  isNew: (entry: ShownEntry) => boolean,
  messagesEach: number,
): Promise<Map<number, MessageRow[]>> {
  const limit = messagesEach + 1;
  const found = new Map<number, MessageRow[]>();
  const whole = entries.filter(isNew);
  if (whole.length > 0) {
    const asks = whole.map(({ id }) => ({ user_id: userId, conversation_id: id, limit: messagesEach }));
    for (const [index, page] of (await selectPages(queries, asks)).entries()) found.set(whole[index]?.id ?? 0, page);
  }
  const parts = entries.filter((entry) => !isNew(entry)).map(({ id }) => id);
  if (parts.length > 0) {
    const pages = await selectChangedMessages(queries, userId, parts, since, limit);
    for (const [index, page] of pages.entries()) found.set(parts[index] ?? 0, page);
  }
  return found;
}

/** The steps of reading of conversations that are not new; `many` where the conversation has to be taken as new. */
async function readSteps(
  queries: Queries,
  since: number,
  entries: readonly ShownEntry[],
): Promise<Map<number, ReadStep[] | 'many'>> {
  const ids = entries.filter(({ isNew }) => !isNew).map(({ id }) => id);
  const steps = new Map<number, ReadStep[] | 'many'>(ids.map((id) => [id, []]));
  if (ids.length === 0) return steps;
  const rows = await queries.query(changedReads, [ids, since]);
  for (const [id, own] of Map.groupBy(rows, ({ conversation_id }) => conversation_id)) {
    const isTellable = own.length <= MOST_STEPS && own.every(({ user_id }) => user_id !== null);
    steps.set(id, isTellable ? own : 'many');
  }
  return steps;
}

async function readMarkers(
  queries: Queries,
  userId: number,
  since: number,
  entries: readonly ShownEntry[],
  isNew: (entry: ShownEntry) => boolean,
): Promise<Map<number, (MemberMarkers & { is_unknown: boolean })[]>> {
  if (entries.length === 0) return new Map();
  const ids = entries.map(({ id }) => id);
  const rows = await queries.query(changedMarkers, [ids, entries.map(isNew), since, userId]);
  const markers = new Map<number, (MemberMarkers & { is_unknown: boolean })[]>();
  for (const { conversation_id, ...marker } of rows) {
    const own = markers.get(conversation_id);
    if (own) own.push(marker);
    else markers.set(conversation_id, [marker]);
  }
  return markers;
}

function toReads({ up_to_seq, read_at, user_id, other_user_id }: ReadStep): AccountDetails['reads'] {
  const readers = [user_id, other_user_id].filter((id): id is number => id !== null);
  return readers.map((reader) => ({ user_id: reader, up_to_seq, read_at: isoTime(read_at) }));
}
