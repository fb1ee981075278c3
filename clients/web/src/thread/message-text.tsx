import type { Message } from '@vestnik/client';
import { memo } from 'react';
import { useWords } from '../i18n/language.ts';
import { useSelected } from '../state/account.tsx';
import { isEmojiAlone, piecesOf } from './text.ts';

/** The text of a message with links, code and mentions. Selecting and copying it gives the plain text. */
export const MessageText = memo(function MessageText({
  text,
  mentions,
}: {
  text: string;
  mentions: Message['mentions'];
}) {
  const t = useWords();
  const names = useSelected(
    (account) =>
      mentions === 'all'
        ? ['all', 'все', 'everybody', t.everybody]
        : mentions.flatMap((id) => account.people.get(id)?.name ?? []),
    (one, other) => one.join('\n') === other.join('\n'),
  );
  if (isEmojiAlone(text)) return <span className="text text-emoji">{text}</span>;
  return (
    <span className="text" dir="auto">
      {piecesOf(text, names).map((piece, index) => {
        switch (piece.kind) {
          case 'link':
            return (
              <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer" tabIndex={-1}>
                {piece.text}
              </a>
            );
          case 'code':
            return <code key={index}>{piece.text}</code>;
          case 'block':
            return (
              <code key={index} className="code-block">
                {piece.text}
              </code>
            );
          case 'mention':
            return (
              <span key={index} className="mention">
                {piece.text}
              </span>
            );
          default:
            return piece.text;
        }
      })}
    </span>
  );
});
