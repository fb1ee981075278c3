import type { Queries } from '@vestnik/database';
import {
  countMergedTails,
  cutBlocks,
  fillBlock,
  lengthOf,
  type SourceMessage,
  toRange,
} from '../domain/search/ranges.ts';
import {
  type IndexRangeOf,
  lockPositions,
  readSource,
  removeAllTails,
  removeBlocks,
  removeTails,
  type SearchPosition,
  saveBlocks,
  savePositions,
  saveTails,
  tailsOf,
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

/** Adds a tail for the messages of each step, in place of the newest tails where there are many as small. */
async function growTails(queries: Queries, steps: readonly Step[]): Promise<SearchPosition[]> {
  const tails = await tailsOf(
    queries,
    steps.map(({ position }) => position.conversation_id),
  );
  const merged = steps.map(({ position, messages }) => {
    const own = tails.get(position.conversation_id) ?? [];
    const count = countMergedTails(
      own.map(({ first_seq, last_seq }) => last_seq - first_seq + 1),
      messages.length,
    );
    return own.slice(own.length - count);
  });
  const areMerged = merged.some((own) => own.length > 0);
  const before = areMerged
    ? await readSource(
        queries,
        steps.map(({ position }, index) => rangeBefore(position, merged[index])),
      )
    : [];
  await removeTails(queries, merged.flat());
  await saveTails(
    queries,
    steps.flatMap(({ position, messages }, index) => rangesOf(position, [[...(before[index] ?? []), ...messages]])),
  );
  return steps.map(({ position, messages }) => ({
    ...position,
    indexed_seq: messages.at(-1)?.seq ?? position.indexed_seq,
    tail_length: position.tail_length + lengthOf(messages),
  }));
}

/** The messages of tails that end at a position; none where there are no tails. */
function rangeBefore({ conversation_id, indexed_seq }: SearchPosition, [first]: readonly { first_seq: number }[] = []) {
  return { conversation_id, after_seq: (first?.first_seq ?? indexed_seq + 1) - 1, up_to_seq: indexed_seq };
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
  await removeAllTails(
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
  const { blocks, rest } = cutAgain(messages, position.block_seq);
  const isEnd = upTo === position.indexed_seq;
  const last = blocks.at(-1)?.at(-1)?.seq ?? afterSeq;
  await removeBlocks(queries, { ...own, up_to_seq: isEnd ? upTo : last });
  await saveBlocks(queries, rangesOf(position, blocks));
  if (!isEnd) return last;
  await removeAllTails(queries, [conversationId]);
  await saveTails(queries, rangesOf(position, [rest]));
  await savePositions(queries, [positionBehind({ ...position, block_seq: afterSeq }, blocks, rest)]);
  return undefined;
}

/**
 * Cuts messages into blocks, and the rest. Messages of blocks stay in blocks, of which the last may not be full. A search asks for
 * tails first and for blocks then, so it would miss a message on the way back into a tail.
 */
function cutAgain(messages: readonly SourceMessage[], blockSeq: number): ReturnType<typeof cutBlocks> {
  const [inBlocks, behind] = partition(messages, ({ seq }) => seq <= blockSeq);
  const again = cutBlocks(inBlocks);
  if ((messages.at(-1)?.seq ?? 0) < blockSeq) return again;
  const further = cutBlocks(behind);
  const last = again.rest.length > 0 ? [again.rest] : [];
  return { blocks: [...again.blocks, ...last, ...further.blocks], rest: further.rest };
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
