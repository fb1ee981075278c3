import { type Token, tokenize } from './fold.ts';

/** Words that a message has to contain, or must not contain. */
export interface Term {
  /**
   * - `word`: one word in any form, or as a part of a word.
   * - `joined`: several words side by side with signs between them, such as `12:30`; at its ends a part of a word is enough.
   * - `ideographs`: characters of Chinese, Japanese or Korean side by side.
   * - `phrase`: words side by side, each in any form.
   */
  kind: 'word' | 'joined' | 'ideographs' | 'phrase';
  /** The folded words; one for `word`. */
  words: readonly QueryWord[];
  /** Whether the last word of the term is the last of the query, which also stands for words that begin with it. */
  isLast: boolean;
}

/** One word of a query, folded. */
export type QueryWord = Pick<Token, 'text' | 'isIdeograph'>;

/** A query: the terms that a message has to contain, and the terms that it must not contain. */
export interface SearchQuery {
  needed: readonly Term[];
  excluded: readonly Term[];
}

/** A piece of a query between spaces or quotation marks. */
interface Piece {
  text: string;
  isExcluded: boolean;
  isQuoted: boolean;
}

/** A piece: a sign of exclusion perhaps, and then text in quotation marks, or text up to a space or quotation mark. */
const PIECE = /(?<minus>(?<=^|\s)-(?=\S))?(?:["“”„](?<quoted>[^"“”„]*)["“”„]?|(?<plain>[^\s"“”„]+))/gu;

/**
 * Parses a query: words, `"phrases"`, `-exclusions` and `-"excluded phrases"`. An open quotation mark counts up to the end.
 * Pieces without a letter or digit count as absent.
 */
export function parseQuery(q: string): SearchQuery {
  const needed: Term[] = [];
  const excluded: Term[] = [];
  for (const piece of piecesOf(q)) {
    (piece.isExcluded ? excluded : needed).push(...termsOf(piece));
  }
  const last = needed.at(-1);
  if (last && last.kind !== 'phrase') last.isLast = true;
  return { needed, excluded };
}

function* piecesOf(q: string): Generator<Piece> {
  for (const { groups } of q.matchAll(PIECE)) {
    const { minus, quoted, plain = '' } = groups ?? {};
    yield { text: quoted ?? plain, isExcluded: minus !== undefined, isQuoted: quoted !== undefined };
  }
}

function termsOf({ text, isQuoted }: Piece): Term[] {
  const tokens = tokenize(text);
  if (tokens.length === 0) return [];
  if (isQuoted) return [{ kind: 'phrase', words: tokens.map(wordOf), isLast: false }];
  return stretchesOf(tokens).flatMap((stretch): Term[] => {
    if (stretch[0]?.isIdeograph) return segment(text, stretch);
    return [{ kind: stretch.length === 1 ? 'word' : 'joined', words: stretch.map(wordOf), isLast: false }];
  });
}

/** Cuts a list where ideographs and other words meet. */
function stretchesOf(tokens: readonly Token[]): Token[][] {
  const stretches: Token[][] = [];
  for (const token of tokens) {
    const stretch = stretches.at(-1);
    if (stretch && stretch[0]?.isIdeograph === token.isIdeograph) stretch.push(token);
    else stretches.push([token]);
  }
  return stretches;
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** Finds the words of a text that has no spaces between them. A message may have other words between them. */
function segment(text: string, stretch: readonly Token[]): Term[] {
  const start = stretch[0]?.start ?? 0;
  const ends = [...segmenter.segment(text.slice(start, stretch.at(-1)?.end))].map(
    ({ index, segment: { length } }) => start + index + length,
  );
  const words = Map.groupBy(stretch, ({ end }) => ends.find((each) => each >= end));
  return [...words.values()].map((word) => ({ kind: 'ideographs', words: word.map(wordOf), isLast: false }));
}

function wordOf({ text, isIdeograph }: Token): QueryWord {
  return { text, isIdeograph };
}
