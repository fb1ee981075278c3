import type { Message } from '@vestnik/client';
import { useWords } from '../i18n/language.ts';
import { IconButton } from '../ui/icon-button.tsx';
import type { MessageAct } from './use-message-keys.ts';

interface MessageToolsProps {
  message: Message;
  onAct: (act: MessageAct, message: Message, element: HTMLElement) => void;
}

/** The buttons beside a message under the pointer. By keyboard the row itself opens the actions. */
export function MessageTools({ message, onAct }: MessageToolsProps) {
  const t = useWords();
  const act = (name: MessageAct) => (event: React.MouseEvent<HTMLElement>) => onAct(name, message, event.currentTarget);
  return (
    <span className="tools">
      <IconButton icon="smile" label={t.react} tabIndex={-1} onClick={act('react')} />
      <IconButton icon="reply" label={t.reply} tabIndex={-1} onClick={act('reply')} />
      <IconButton icon="more" label={t.actions} tabIndex={-1} aria-haspopup="menu" onClick={act('menu')} />
    </span>
  );
}
