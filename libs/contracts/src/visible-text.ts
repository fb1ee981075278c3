import { EMOJI_BYTES } from './limits.ts';

/**
 * A character that shows something. White space, controls and default-ignorable characters show nothing. The blank Braille
 * pattern, interlinear annotations, the null notehead and format controls of hieroglyphs show nothing either.
 */
const VISIBLE =
  /[^\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\uFFF9-\uFFFB\u{1D159}\u{13430}-\u{1343F}]/u;

/** One emoji in its canonical spelling: the sequences that Unicode recommends for general interchange (RGI). */
const EMOJI = /^\p{RGI_Emoji}$/v;

/** Returns whether a text shows anything. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/** Returns whether a text is one emoji of at most 64 bytes (UTF-8) and nothing else. */
export function isEmoji(text: string): boolean {
  return text.length <= EMOJI_BYTES && EMOJI.test(text) && Buffer.byteLength(text) <= EMOJI_BYTES;
}
