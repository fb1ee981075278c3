import type { AccountHeader } from '@vestnik/contracts';
import { findPage, hasChanged } from '../account/find-page.ts';
import { type DetailedEntry, readDetails } from '../account/read-details.ts';
import { beginLife } from '../begin-life.ts';
import type { Context, Input, Output } from '../context.ts';
import { encodeSyncCursor, readSyncCursor, type SyncPosition } from '../domain/sync-cursor.ts';
import { type Life, readStandpoint, type Standpoint } from '../store/lives.ts';
import { toSummary } from '../store/summaries.ts';

const RESET: AccountHeader = { cursor: null, has_more: false, reset: true, entries: [], people: [] };

/**
 * Returns the next part of a user's account: without a cursor of the account as it is, with one of what has changed since. The first
 * line is the JSON of an `AccountHeader`, and behind it is a line of `AccountDetails` for each conversation that is not removed. A
 * cursor that this life of the database did not give to the user is answered by `reset`.
 */
export async function syncAccount(context: Context, input: Input<'syncAccount'>): Promise<Output<'syncAccount'>> {
  const lines = await readAccount(context, input);
  if (lines) return lines;
  // The server of the database has just started.
  await beginLife(context);
  const again = await readAccount(context, input);
  if (!again) throw new Error('the life of the database that was begun is not there');
  return again;
}

/** Returns undefined while the present life of the database has not begun. */
function readAccount(
  { database }: Context,
  { user_id, cursor, limit, messages_per_conversation }: Input<'syncAccount'>,
): Promise<string[] | undefined> {
  const read = cursor === undefined ? undefined : readSyncCursor(cursor);
  return database.snapshot(async (queries) => {
    const standpoint = await readStandpoint(queries, read?.lifeId ?? null);
    const { current, oldestXid } = standpoint;
    if (!current) return undefined;
    if (
      cursor !== undefined &&
      !(read?.isSignedBy(standpoint.named?.key ?? '', user_id) && isReachable(read.position, standpoint))
    ) {
      return [JSON.stringify(RESET)];
    }
    const page = await findPage(queries, user_id, read?.position, oldestXid, limit);
    const since = page.end.since;
    const entries = await readDetails(
      queries,
      user_id,
      read?.position?.since ?? since,
      page.entries,
      messages_per_conversation,
    );
    const isCut = entries.length < page.entries.length;
    const last = entries.at(-1)?.entry.behind;
    if ((isCut || page.hasMore) && last) return toLines(entries, [], last, true, current, user_id);
    if (page.end.kind === 'people') return toLines(entries, page.people, page.end, true, current, user_id);
    // A round of one answer sees everything in one snapshot. Behind a longer one there may be more.
    const isLong = read !== undefined && !['rest', 'walked'].includes(read.position.kind);
    const hasMore = isLong && (await hasChanged(queries, user_id, since));
    return toLines(entries, page.people, hasMore ? page.end : { kind: 'rest', since }, hasMore, current, user_id);
  });
}

/** Whether a position lies in the life that its cursor names: a restored backup may have left that life earlier. */
function isReachable(position: SyncPosition, { named }: Standpoint): boolean {
  const furthest = 'next' in position ? position.next : position.since;
  return named !== null && furthest <= named.endXid;
}

function toLines(
  entries: readonly DetailedEntry[],
  changedPeople: readonly number[],
  position: SyncPosition,
  has_more: boolean,
  life: Life,
  userId: number,
): string[] {
  const header: AccountHeader = {
    cursor: encodeSyncCursor(position, life, userId),
    has_more,
    reset: false,
    entries: entries.map(({ entry, details }) =>
      entry.kind === 'removed'
        ? { id: entry.id, removed_version: entry.version }
        : { id: entry.id, summary: toSummary(entry.summary), has_messages: (details?.messages.length ?? 0) > 0 },
    ),
    people: [...new Set([...entries.flatMap(({ unknown }) => unknown), ...changedPeople])],
  };
  const details = entries.flatMap(({ details }) => (details ? [JSON.stringify(details)] : []));
  return [JSON.stringify(header), ...details];
}
