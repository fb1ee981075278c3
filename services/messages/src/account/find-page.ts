import type { Queries } from '@vestnik/database';
import type { SyncPosition } from '../domain/sync-cursor.ts';
import { findChangedConversations } from '../store/changes.ts';
import { placeBehind, type SummaryRow, selectSummaries } from '../store/summaries.ts';

/** One conversation of an answer to an account sync. */
export type PageEntry =
  | { kind: 'removed'; id: number; version: number; behind: SyncPosition }
  | {
      kind: 'shown';
      id: number;
      summary: SummaryRow;
      /** The client takes it as a conversation that it does not know. */
      isNew: boolean;
      /** Where the sync goes on behind this conversation. */
      behind: SyncPosition;
    };

/** A page of conversations, and where the sync stands behind all of them. */
export interface Page {
  entries: PageEntry[];
  /** There are conversations behind the page: the sync goes on behind its last entry. */
  hasMore: boolean;
  /** Where the sync stands when it has answered everything in its round. */
  end: SyncPosition;
}

/**
 * Finds the next page of a sync in a snapshot.
 *
 * @param position where the client's cursor stands; undefined for the first answer
 * @param oldestXid the oldest transaction that the snapshot may not see
 */
export async function findPage(
  queries: Queries,
  userId: number,
  position: SyncPosition | undefined,
  oldestXid: number,
  limit: number,
): Promise<Page> {
  if (position === undefined || position.kind === 'walk') {
    return findWalkPage(queries, userId, position, oldestXid, limit);
  }
  const { since, next, id } = position.kind === 'pass' ? position : { since: position.since, next: oldestXid, id: 0 };
  return findPassPage(queries, userId, { since, next, id }, limit);
}

/** Returns true when a conversation of a user has changed since a transaction. */
export async function hasChanged(queries: Queries, userId: number, since: number): Promise<boolean> {
  return (await queries.query(findChangedConversations, [userId, since, 0, 1])).length > 0;
}

async function findWalkPage(
  queries: Queries,
  user_id: number,
  position: { since: number; activity: number; id: number } | undefined,
  oldestXid: number,
  limit: number,
): Promise<Page> {
  // The rounds behind the walk bring the changes that happen while it is under way.
  const since = position?.since ?? oldestXid;
  const behind = position && { activity: position.activity, id: position.id };
  const [rows = []] = await selectSummaries(queries, [{ user_id, limit, behind }]);
  const entries = rows.slice(0, limit).map((summary): PageEntry => {
    const { id, activity } = placeBehind(summary);
    return { kind: 'shown', id, summary, isNew: true, behind: { kind: 'walk', since, activity, id } };
  });
  return { entries, hasMore: rows.length > limit, end: { kind: 'rest', since } };
}

async function findPassPage(
  queries: Queries,
  user_id: number,
  { since, next, id: afterId }: { since: number; next: number; id: number },
  limit: number,
): Promise<Page> {
  const changed = await queries.query(findChangedConversations, [user_id, since, afterId, limit + 1]);
  const shown = changed.slice(0, limit);
  const present = shown.filter(({ removed_version }) => removed_version === null);
  const summaries = new Map<number, SummaryRow>();
  if (present.length > 0) {
    const asks = present.map(({ conversation_id }) => ({ user_id, conversation_id, limit: 1 }));
    for (const [row] of await selectSummaries(queries, asks)) if (row) summaries.set(Number(row[0]), row);
  }
  const entries = shown.flatMap(({ conversation_id: id, is_new, removed_version }): PageEntry[] => {
    const behind: SyncPosition = { kind: 'pass', since, next, id };
    if (removed_version !== null) return [{ kind: 'removed', id, version: removed_version, behind }];
    const summary = summaries.get(id);
    return summary ? [{ kind: 'shown', id, summary, isNew: is_new, behind }] : [];
  });
  return { entries, hasMore: changed.length > limit, end: { kind: 'rest', since: next } };
}
