import { useWords } from '../i18n/language.ts';
import { useNames } from '../state/account.tsx';

/** Returns who types, in words; empty while nobody does. */
export function useTypingText(typing: readonly number[]): string {
  const t = useWords();
  const nameOf = useNames();
  const [one, other] = typing;
  if (one === undefined) return '';
  if (other === undefined) return t.typingOne(nameOf(one));
  return typing.length === 2 ? t.typingTwo(nameOf(one), nameOf(other)) : t.typingMany(typing.length);
}
