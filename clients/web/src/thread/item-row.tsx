import type { Message } from '@vestnik/client';
import { memo } from 'react';
import { dayName } from '../i18n/dates.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { Beginning } from './beginning.tsx';
import type { Item } from './items.ts';
import { MessageRow } from './message-row.tsx';
import type { MessageAct } from './use-message-keys.ts';
import { WaitingRow } from './waiting-row.tsx';

interface ItemRowProps {
  item: Item;
  conversationId: number;
  isGroup: boolean;
  onJump: (messageId: number) => void;
  onAct: (act: MessageAct, message: Message, element: HTMLElement) => void;
}

/** One row of a thread. */
export const ItemRow = memo(function ItemRow({ item, conversationId, isGroup, onJump, onAct }: ItemRowProps) {
  const t = useWords();
  const lang = useLanguage();
  switch (item.kind) {
    case 'beginning':
      return <Beginning conversationId={conversationId} />;
    case 'older':
    case 'gap':
      return <p className="line line-quiet">{t.loadingOlder}</p>;
    case 'day':
      return (
        <p className="line line-day">
          <span>{dayName(lang, item.at, t)}</span>
        </p>
      );
    case 'unread':
      return (
        <p className="line line-unread">
          <span>{t.newMessages}</span>
        </p>
      );
    case 'waiting':
      return <WaitingRow waiting={item.waiting} />;
    case 'message':
      return (
        <MessageRow
          message={item.message}
          isFirst={item.isFirst}
          isLast={item.isLast}
          isGroup={isGroup}
          onJump={onJump}
          onAct={onAct}
        />
      );
  }
});
