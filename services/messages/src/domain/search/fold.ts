/**
 * A word of a text in its folded form: lower case, ё as е, without accents, in one Unicode spelling. A character of Chinese,
 * Japanese or Korean is a word by itself, since these texts have no spaces between words.
 */
export interface Token {
  /** The folded form; letters, digits and marks alone. */
  text: string;
  /** Where the word begins and ends in the text, in UTF-16 units. */
  start: number;
  end: number;
  /** Whether this is one character of Chinese, Japanese or Korean. */
  isIdeograph: boolean;
  /** Where each UTF-16 unit of the folded form came from; absent where unit `i` came from `start + i`. */
  origins?: readonly Origin[];
}

/** The units of a text that one unit of a folded form stands for. */
interface Origin {
  start: number;
  end: number;
}

/** Words consist of letters, digits, marks on them, and characters inside words that nobody sees. */
const RUN = /[\p{L}\p{N}\p{M}\p{Default_Ignorable_Code_Point}]+/gu;
/** Latin and Cyrillic letters and digits of one UTF-16 unit each, of which only the case and ё have to be folded. */
const PLAIN = /^[A-Za-z0-9А-яЁё]+$/;
/** These belong to the character before them: marks, unseen characters, half-width voice marks, and parts of Korean syllables. */
const MARKS = String.raw`\p{M}\p{Default_Ignorable_Code_Point}\uFF9E\uFF9F\u1160-\u11FF\uD7B0-\uD7FB`;
/** A character with its marks. */
const CLUSTER = new RegExp(`[^${MARKS}][${MARKS}]*|[${MARKS}]+`, 'gu');
const IDEOGRAPH = /^[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]/u;
/** Accents of European scripts. The breve of й makes another letter of и, so it stays there. */
const ACCENT = /(?<![иИ])\u0306|[\u0300-\u0305\u0307-\u036F]/g;
const NO_PART_OF_WORDS = /[^\p{L}\p{N}\p{M}]|\p{Default_Ignorable_Code_Point}/gu;

/** Cuts a text into its words, in their order. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const { 0: run, index } of text.matchAll(RUN)) {
    if (PLAIN.test(run)) {
      tokens.push({ text: foldPlain(run), start: index, end: index + run.length, isIdeograph: false });
    } else {
      foldRun(run, index, tokens);
    }
  }
  return tokens;
}

/** Returns the range of the text that the units `from` to `to` of a folded word stand for. */
export function rangeOf({ start, origins }: Token, from: number, to: number): readonly [start: number, end: number] {
  if (!origins) return [start + from, start + to];
  return [origins[from]?.start ?? start, origins[to - 1]?.end ?? start];
}

function foldPlain(run: string): string {
  return run.toLowerCase().replaceAll('ё', 'е');
}

function foldRun(run: string, offset: number, tokens: Token[]): void {
  let word: (Token & { origins: Origin[] }) | undefined;
  for (const { 0: cluster, index } of run.matchAll(CLUSTER)) {
    const folded = foldCluster(cluster);
    if (folded === '') continue;
    const start = offset + index;
    const end = start + cluster.length;
    const isIdeograph = IDEOGRAPH.test(folded);
    if (!word || isIdeograph || word.isIdeograph) {
      word = { text: '', start, end, isIdeograph, origins: [] };
      tokens.push(word);
    }
    word.text += folded;
    word.end = end;
    for (let unit = 0; unit < folded.length; unit += 1) word.origins.push({ start, end });
  }
}

/** Folding by capitals makes `ss` of ß and σ of ς. The capital ẞ has to be ß before. */
function foldCluster(cluster: string): string {
  const bare = cluster.normalize('NFKD').replace(ACCENT, '').normalize('NFKC');
  return bare.toLowerCase().toUpperCase().toLowerCase().normalize('NFKC').replace(NO_PART_OF_WORDS, '');
}
