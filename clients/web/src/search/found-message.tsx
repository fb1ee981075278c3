import type { Message } from '@vestnik/client';
import { fullTime, shortTime } from '../i18n/dates.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { useNames } from '../state/account.tsx';
import { useFace } from '../state/face.ts';
import { Avatar } from '../ui/avatar.tsx';
import { excerptOf } from './excerpt.ts';

interface FoundMessageProps {
  message: Message;
  highlights: readonly [start: number, length: number][];
  onChoose: () => void;
}

/** A message that a search has found, with its hits marked. */
export function FoundMessage({ message, highlights, onChoose }: FoundMessageProps) {
  const t = useWords();
  const lang = useLanguage();
  const nameOf = useNames();
  const face = useFace(message.conversation_id);
  const sender = nameOf(message.sender_id);
  const parts = excerptOf(message.content ?? t.attachmentOnly, highlights);
  return (
    <button type="button" className="row row-found" data-list-item data-found={message.id} onClick={onChoose}>
      <Avatar name={face?.name ?? sender} foreignCompany={face?.foreign[0]} isGroup={face?.isGroup ?? false} />
      <span className="row-text">
        <span className="row-top">
          <span className="row-name">{face?.name ?? sender}</span>
          <time className="row-time" dateTime={message.created_at} title={fullTime(lang, message.created_at)}>
            {shortTime(lang, message.created_at)}
          </time>
        </span>
        <span className="row-bottom">
          <span className="row-preview">
            <span className="row-lead">{sender}: </span>
            {parts.map(({ text, isHit }, index) => (isHit ? <mark key={index}>{text}</mark> : text))}
          </span>
        </span>
      </span>
    </button>
  );
}
