import { type Queries, statement, writeStatement } from '@vestnik/database';

/** How far the walk over all conversations is. */
export interface SearchWalk {
  after_conversation_id: number;
  after_seq: number;
  is_rebuild: boolean;
}

/** How far the walk is, and the last conversation that it comes to. */
export interface WalkProgress {
  after_conversation_id: number;
  last_conversation_id: number;
  is_finished: boolean;
}

/** A conversation on the way of the walk. */
export interface WalkedConversation {
  conversation_id: number;
  seq: number;
  indexed_seq: number;
}

/** A rebuild takes the place of a walk that leaves alone what is in the index. */
const start = writeStatement<never, [isRebuild: boolean]>(
  'start-search-walk',
  `update search_walks set after_conversation_id = 0, after_seq = 0, is_rebuild = $1, finished_at = null
   where finished_at is not null or ($1 and not is_rebuild)`,
);

const lock = writeStatement<SearchWalk, []>(
  'lock-search-walk',
  `select after_conversation_id, after_seq, is_rebuild from search_walks
   where finished_at is null for update skip locked`,
);

const save = writeStatement<never, [afterConversationId: number, afterSeq: number]>(
  'save-search-walk',
  'update search_walks set after_conversation_id = $1, after_seq = $2',
);

const finish = writeStatement<never, []>('finish-search-walk', 'update search_walks set finished_at = now()');

const next = statement<WalkedConversation, [afterId: number, limit: number]>(
  'list-search-walk',
  `select c.id as conversation_id, c.seq, coalesce(p.indexed_seq, 0) as indexed_seq
   from conversations c left join search_positions p on p.conversation_id = c.id
   where c.id > $1 order by c.id limit $2`,
);

/** Starts a walk from the first conversation, unless such a walk or a rebuild is under way. */
export async function startWalk(queries: Queries, isRebuild: boolean): Promise<void> {
  await queries.query(start, [isRebuild]);
}

const read = statement<WalkProgress, []>(
  'read-search-walk',
  `select after_conversation_id, coalesce((select max(id) from conversations), 0) as last_conversation_id,
     finished_at is not null as is_finished
   from search_walks`,
);

/** Locks the walk until the end of the transaction. Returns undefined while it is finished, or held by another instance. */
export async function lockWalk(queries: Queries): Promise<SearchWalk | undefined> {
  return (await queries.query(lock, []))[0];
}

/** Saves how far the walk is. */
export async function saveWalk(
  queries: Queries,
  { after_conversation_id, after_seq }: Pick<SearchWalk, 'after_conversation_id' | 'after_seq'>,
): Promise<void> {
  await queries.query(save, [after_conversation_id, after_seq]);
}

/** Ends the walk. */
export async function finishWalk(queries: Queries): Promise<void> {
  await queries.query(finish, []);
}

/** Returns the next conversations behind an id, in the order of their ids. */
export function conversationsBehind(queries: Queries, afterId: number, limit: number): Promise<WalkedConversation[]> {
  return queries.query(next, [afterId, limit]);
}

/** Returns how far the walk is. */
export async function readWalk(queries: Queries): Promise<WalkProgress> {
  const [progress] = await queries.query(read, []);
  if (!progress) throw new Error('The walk over the search index has no row');
  return progress;
}
