import type { Queries } from '@vestnik/database';
import type { SyncPosition } from '../domain/sync-cursor.ts';
import { findChangedConversations, findChangedPeople } from '../store/changes.ts';
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

/** A page of conversations and people, and where the sync stands behind all of them. */
export interface Page {
  entries: PageEntry[];
  /** Ids of people who look different. They come behind the last conversation. */
  people: number[];
  /** There are conversations behind the page: the sync goes on behind its last entry. */
  hasMore: boolean;
  /** Where the sync stands behind the page, where no conversation is behind it. */
  end: SyncPosition;
}

/** People who look different in one answer at most. */
const PEOPLE_EACH = 500;

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
  if (position.kind === 'people')
    return { entries: [], hasMore: false, ...(await findPeople(queries, userId, position)) };
  const { kind } = position;
  const { since, next, id } = 'next' in position ? position : { since: position.since, next: oldestXid, id: 0 };
  const isFill = kind === 'walked' || kind === 'fill';
  return findPassPage(queries, userId, { kind: isFill ? 'fill' : 'pass', since, next, id }, limit);
}

/** Returns true when a conversation of a user, or a person in one, has changed since a transaction. */
export async function hasChanged(queries: Queries, userId: number, since: number): Promise<boolean> {
  const conversations = await queries.query(findChangedConversations, [userId, since, 0, 1]);
  return conversations.length > 0 || (await queries.query(findChangedPeople, [userId, since, 0, 1])).length > 0;
}

/** Finds the next people who look different, behind an id. */
async function findPeople(
  queries: Queries,
  userId: number,
  { since, next, id: afterId }: { since: number; next: number; id: number },
): Promise<Pick<Page, 'people' | 'end'>> {
  const rows = await queries.query(findChangedPeople, [userId, since, afterId, PEOPLE_EACH + 1]);
  const people = rows.slice(0, PEOPLE_EACH).map(({ user_id }) => user_id);
  const last = people.at(-1);
  const hasMore = rows.length > people.length && last !== undefined;
  return { people, end: hasMore ? { kind: 'people', since, next, id: last } : { kind: 'rest', since: next } };
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
  const isWholeList = position === undefined && rows.length <= limit;
  return { entries, people: [], hasMore: rows.length > limit, end: { kind: isWholeList ? 'rest' : 'walked', since } };
}

async function findPassPage(
  queries: Queries,
  user_id: number,
  { kind, since, next, id: afterId }: { kind: 'pass' | 'fill'; since: number; next: number; id: number },
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
    const behind: SyncPosition = { kind, since, next, id };
    if (removed_version !== null) return [{ kind: 'removed', id, version: removed_version, behind }];
    const summary = summaries.get(id);
    return summary ? [{ kind: 'shown', id, summary, isNew: is_new || kind === 'fill', behind }] : [];
  });
  if (changed.length > limit) return { entries, people: [], hasMore: true, end: { kind: 'rest', since: next } };
  return { entries, hasMore: false, ...(await findPeople(queries, user_id, { since, next, id: 0 })) };
}
