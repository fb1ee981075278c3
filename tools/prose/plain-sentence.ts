import type { TextlintRuleModule } from '@textlint/kernel';

/** Patterns of sentences that name no actor, so that the reader has to guess the subject. */
const WITHOUT_ACTOR = [
  /\b(?:to|for|of|by|from|with|than|as|and|or|that|until|before|after|because|about|on|at|in) (?:who|whom|whoever)\b/i,
  /^(?:Who|Whoever|Whose|Whatever|What|Nor) [a-z]/,
  /[.:;] (?:who|whoever|whose|whatever) /,
  /\bwhoever\b/i,
  /\b(?:nobody|everybody|somebody)\b.*\b(?:nobody|everybody|somebody)\b/i,
];

/** Splits a text where a sentence ends; a colon or semicolon ends one too when a capital letter follows. */
const SENTENCE_END = /(?<=[.!?;:])\s+(?=[A-Z`"(])/;

/** Words of a sentence at most. The rule of the house is 25; compounds and numbers get a little room. */
const MAX_WORDS = 28;

/** A rule of textlint: a sentence names its actor and is short. */
export const plainSentence: TextlintRuleModule = (context) => {
  const { RuleError, report, getSource, Syntax } = context;
  const check = (node: Parameters<typeof getSource>[0] & object) => {
    for (const sentence of proseOf(getSource(node)).split(SENTENCE_END)) {
      const words = sentence.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length;
      if (words < 4) continue;
      const shown = sentence.slice(0, 90);
      if (words > MAX_WORDS) report(node, new RuleError(`${words} words, ${MAX_WORDS} at most: ${shown}`));
      if (!sentence.endsWith('?') && WITHOUT_ACTOR.some((pattern) => pattern.test(sentence))) {
        report(node, new RuleError(`names no actor: ${shown}`));
      }
    }
  };
  return { [Syntax.Paragraph]: check, [Syntax.TableCell]: check, [Syntax.Header]: check };
};

/** Returns the prose of a text: code counts as one word, a link as its text. */
function proseOf(markdown: string): string {
  return markdown
    .replace(/`[^`]*`/g, 'X')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}
