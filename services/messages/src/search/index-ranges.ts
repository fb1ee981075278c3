import type { Queries } from '@vestnik/database';
import { cutBlocks, fillBlock, lengthOf, type SourceMessage, toRange } from '../domain/search/ranges.ts';
import {
  type IndexRangeOf,
  lockPositions,
  readSource,
  removeBlocks,
  removeTails,
  type SearchPosition,
  saveBlocks,
  savePositions,
  saveTails,
} from '../store/search-index.ts';

/** A conversation whose messages up to a `seq` are stored and belong into the index. */
export interface IndexAsk {
  conversation_id: number;
  up_to_seq: number;
}

/** Messages of one conversation that one transaction indexes at most. */
const MESSAGES_AT_ONCE = 512;

/**
 * Brings the next messages of conversations into the index, each conversation up to its `seq`. Messages that are in the index
 * already are left alone, so a repetition changes nothing. Runs in a transaction, which holds the positions.
 *
 * @returns the asks of which not all messages are in the index yet
 */
export async function indexNext(queries: Queries, asks: readonly IndexAsk[]): Promise<IndexAsk[]> {
  const upTo = new Map(asks.map(({ conversation_id, up_to_seq }) => [conversation_id, up_to_seq]));
  const locked = await lockPositions(queries, [...upTo.keys()]);
  const behind = locked.filter((position) => position.indexed_seq < upToOf(position));
  if (behind.length === 0) return [];

  function upToOf({ conversation_id, indexed_seq }: SearchPosition): number {
    return Math.min(upTo.get(conversation_id) ?? 0, indexed_seq + MESSAGES_AT_ONCE);
  }

  const added = await readSource(
    queries,
    behind.map((position) => ({
      conversation_id: position.conversation_id,
      after_seq: position.indexed_seq,
      up_to_seq: upToOf(position),
    })),
  );
  const steps = behind.map((position, index) => ({ position, messages: added[index] ?? [] }));
  const [filling, growing] = partition(steps, ({ position, messages }) =>
    fillBlock(position.indexed_seq - position.block_seq + messages.length, position.tail_length + lengthOf(messages)),
  );
  const moved = [...(await growTails(queries, growing)), ...(await makeBlocks(queries, filling))];
  await savePositions(queries, moved);
  return moved.flatMap(({ conversation_id, indexed_seq }) => {
    const up_to_seq = upTo.get(conversation_id) ?? 0;
    return indexed_seq < up_to_seq ? [{ conversation_id, up_to_seq }] : [];
  });
}

/** Messages of one conversation that follow those in the index. */
interface Step {
  position: SearchPosition;
  messages: readonly SourceMessage[];
}

/** Adds a tail for the messages of each step. */
async function growTails(queries: Queries, steps: readonly Step[]): Promise<SearchPosition[]> {
  await saveTails(
    queries,
    steps.flatMap(({ position, messages }) => rangesOf(position, [messages])),
  );
  return steps.map(({ position, messages }) => ({
    ...position,
    indexed_seq: messages.at(-1)?.seq ?? position.indexed_seq,
    tail_length: position.tail_length + lengthOf(messages),
  }));
}

/** Makes blocks of the tails and the messages of each step, and a tail of the rest. */
async function makeBlocks(queries: Queries, steps: readonly Step[]): Promise<SearchPosition[]> {
  const tails = await readSource(
    queries,
    steps.map(({ position: { conversation_id, block_seq, indexed_seq } }) => ({
      conversation_id,
      after_seq: block_seq,
      up_to_seq: indexed_seq,
    })),
  );
  const cuts = steps.map(({ position, messages }, index) => ({
    position,
    ...cutBlocks([...(tails[index] ?? []), ...messages]),
  }));
  await removeTails(
    queries,
    steps.map(({ position }) => position.conversation_id),
  );
  await saveBlocks(
    queries,
    cuts.flatMap(({ position, blocks }) => rangesOf(position, blocks)),
  );
  await saveTails(
    queries,
    cuts.flatMap(({ position, rest }) => rangesOf(position, [rest])),
  );
  return cuts.map(({ position, blocks, rest }) => positionBehind(position, blocks, rest));
}

/**
 * Indexes messages of a conversation again, from behind a `seq` on, up to the last message in the index at most. Runs in a
 * transaction, which holds the position. A search finds the old ranges until the new ones are there.
 *
 * @returns the last `seq` that is done; undefined when there is nothing behind it in the index
 */
export async function indexAgain(
  queries: Queries,
  conversationId: number,
  afterSeq: number,
): Promise<number | undefined> {
  const [position] = await lockPositions(queries, [conversationId]);
  if (!position || position.indexed_seq <= afterSeq) return undefined;
  const upTo = Math.min(position.indexed_seq, afterSeq + MESSAGES_AT_ONCE);
  const own = { conversation_id: conversationId, after_seq: afterSeq, up_to_seq: upTo };
  const [messages = []] = await readSource(queries, [own]);
  const { blocks, rest } = cutBlocks(messages);
  const isEnd = upTo === position.indexed_seq;
  const last = blocks.at(-1)?.at(-1)?.seq ?? afterSeq;
  await removeBlocks(queries, { ...own, up_to_seq: isEnd ? upTo : last });
  await saveBlocks(queries, rangesOf(position, blocks));
  if (!isEnd) return last;
  await removeTails(queries, [conversationId]);
  await saveTails(queries, rangesOf(position, [rest]));
  await savePositions(queries, [positionBehind({ ...position, block_seq: afterSeq }, blocks, rest)]);
  return undefined;
}

function positionBehind(
  { conversation_id, block_seq, indexed_seq }: SearchPosition,
  blocks: readonly (readonly SourceMessage[])[],
  rest: readonly SourceMessage[],
): SearchPosition {
  const last = blocks.at(-1)?.at(-1)?.seq ?? block_seq;
  return {
    conversation_id,
    block_seq: last,
    indexed_seq: rest.at(-1)?.seq ?? Math.max(last, indexed_seq),
    tail_length: lengthOf(rest),
  };
}

function rangesOf({ conversation_id }: SearchPosition, lists: readonly (readonly SourceMessage[])[]): IndexRangeOf[] {
  return lists.flatMap((messages) => {
    const range = toRange(messages);
    return range ? [{ ...range, conversation_id }] : [];
  });
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  const { first = [], second = [] } = Object.groupBy(items, (item) => (isFirst(item) ? 'first' : 'second'));
  return [first, second];
}
