import { type EndpointData, type messagesEndpoints, type Read, VestnikError } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { countUnread } from './count-unread.ts';
import { type ListRead, readLists } from './read-lists.ts';
import { readPages } from './read-pages.ts';
import { readListCursor } from './summarize-conversations.ts';

type Kind = Read['kind'];

/** Answers reads of several callers; those of one kind share their statements. A line for each, in the order asked. */
export async function answerReads(
  context: Context,
  { reads }: EndpointData<typeof messagesEndpoints.read>,
): Promise<string[]> {
  const lines = reads.map(() => '');
  const answer = async <K extends Kind>(kind: K, run: (own: Extract<Read, { kind: K }>[]) => Promise<string[]>) => {
    const places = [...reads.keys()].filter((index) => reads[index]?.kind === kind);
    if (places.length === 0) return;
    const answers = await run(places.map((index) => reads[index] as Extract<Read, { kind: K }>));
    for (const [index, place] of places.entries()) lines[place] = answers[index] ?? '';
  };
  await Promise.all([
    answer('unread', (own) =>
      countUnread(
        context,
        own.map((read) => read.user_id),
      ),
    ),
    answer('page', (own) => readPages(context, own)),
    answer('list', (own) => readListsAtOnce(context, own)),
  ]);
  return lines;
}

/** A list behind a cursor that no page returned is left to be asked by itself, and refused then. */
async function readListsAtOnce(context: Context, reads: Extract<Read, { kind: 'list' }>[]): Promise<string[]> {
  const places = reads.map(listRead);
  const answers = await readLists(
    context,
    places.filter((place) => place !== undefined),
    'together',
  );
  const next = answers.values();
  return places.map((place) => (place ? (next.next().value ?? '') : ''));
}

function listRead({ user_id, limit, cursor }: Extract<Read, { kind: 'list' }>): ListRead | undefined {
  try {
    return { user_id, limit, behind: readListCursor(cursor) };
  } catch (error) {
    if (error instanceof VestnikError) return undefined;
    throw error;
  }
}
