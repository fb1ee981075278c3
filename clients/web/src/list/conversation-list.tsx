import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useWords } from '../i18n/language.ts';
import { useOwnCompany, useSelected } from '../state/account.tsx';
import { useRoute } from '../state/route.ts';
import { Empty } from '../ui/empty.tsx';
import { ConversationRow } from './conversation-row.tsx';
import { type Filter, filtered, sameIds } from './filter.ts';
import { moveInList } from './move-in-list.ts';

/** Height of a row, in pixels. */
const ROW = 72;

/** The conversations, newest activity first. Only the rows in view are in the document. */
export function ConversationList({ filter, onNew }: { filter: Filter; onNew: () => void }) {
  const t = useWords();
  const ownCompany = useOwnCompany();
  const ids = useSelected((account) => filtered(account, filter, ownCompany), sameIds);
  const isLoaded = useSelected((account) => account.isLoaded);
  const { conversationId } = useRoute();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 8,
  });
  const tabStop = ids.includes(conversationId ?? 0) ? conversationId : ids[0];

  if (!isLoaded && ids.length === 0) return <ListSkeleton />;
  if (ids.length === 0 && filter !== 'all') return <Empty title={t.nothingInFilter} />;
  if (ids.length === 0) {
    return (
      <Empty title={t.noConversations} hint={t.noConversationsHint}>
        <button type="button" className="button button-accent" onClick={onNew}>
          {t.newConversation}
        </button>
      </Empty>
    );
  }
  return (
    <nav className="list" ref={scroller} aria-label={t.conversations} tabIndex={-1}>
      <ul className="list-rows" style={{ height: rows.getTotalSize() }} onKeyDown={moveInList}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const id = ids[index];
          if (id === undefined) return null;
          return (
            <li key={key} className="list-row" style={{ transform: `translateY(${start}px)` }}>
              <ConversationRow id={id} isOpen={id === conversationId} isTabStop={id === tabStop} />
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Stands for the list while it loads. */
function ListSkeleton() {
  const t = useWords();
  return (
    <div className="list" role="status" aria-label={t.connecting}>
      {Array.from({ length: 7 }, (_, index) => (
        <div key={index} className="skeleton-row" aria-hidden="true">
          <span className="skeleton skeleton-round" />
          <span className="skeleton-lines">
            <span className="skeleton" />
            <span className="skeleton skeleton-short" />
          </span>
        </div>
      ))}
    </div>
  );
}
