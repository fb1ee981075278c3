import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Message } from '@vestnik/client';
import { type Ref, useCallback, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { useClient, useConversation, useSigned } from '../state/account.tsx';
import { useFace } from '../state/face.ts';
import { attempt } from '../state/notices.tsx';
import { ItemRow } from './item-row.tsx';
import { indexOfSeq, itemsOf } from './items.ts';
import { JumpButton } from './jump-button.tsx';
import { END_THRESHOLD, useEndPin } from './use-end-pin.ts';
import { useFill } from './use-fill.ts';
import { useMarkRead } from './use-mark-read.ts';
import { type MessageAct, useMessageKeys } from './use-message-keys.ts';

/** What the thread asks of its list. */
export interface ListHandle {
  toEnd(): void;
  focus(): void;
}

interface MessageListProps {
  ref: Ref<ListHandle>;
  conversationId: number;
  /** The first unread `seq` when the user came here. */
  unreadFrom: number | undefined;
  /** A message to jump to. */
  jumpTo: number | undefined;
  onAct: (act: MessageAct, message: Message, element: HTMLElement) => void;
}

/** Heights of rows before they are measured, in pixels. */
const ESTIMATE = { beginning: 88, older: 48, day: 48, unread: 40, gap: 48, message: 58, waiting: 58 };

/** The messages of a conversation, oldest first. Only the rows in view are in the document, and nothing moves when others come. */
export function MessageList({ ref, conversationId, unreadFrom, jumpTo, onAct }: MessageListProps) {
  const t = useWords();
  const client = useClient();
  const { user } = useSigned();
  const face = useFace(conversationId);
  const view = useConversation(conversationId);
  const { messages, outbox, hasOlder } = view ?? { messages: [], outbox: [], hasOlder: false };
  const items = useMemo(
    () => itemsOf({ messages, outbox, hasOlder }, user.id, unreadFrom),
    [messages, outbox, hasOlder, user.id, unreadFrom],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const [focusKey, setFocusKey] = useState<string>();
  const [highlighted, setHighlighted] = useState<number>();
  const focusIndex = items.findIndex(({ key }) => key === focusKey);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => ESTIMATE[items[index]?.kind ?? 'message'],
    getItemKey: (index) => items[index]?.key ?? index,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END_THRESHOLD,
    overscan: 8,
    // The row with the focus stays in the document, so that the focus is never lost.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return focusIndex < 0 || shown.includes(focusIndex) ? shown : [...shown, focusIndex].toSorted((a, b) => a - b);
    },
  });

  const pin = useEndPin(rows, scroller);
  const jump = useCallback(
    async (seq: number) => {
      const held = client.account.getSnapshot().conversations.get(conversationId)?.messages;
      if (!held?.some((message) => message.seq === seq)) {
        if (!(await attempt(() => client.account.loadMessages(conversationId, { around: seq })))) return;
      }
      setHighlighted(seq);
    },
    [client, conversationId],
  );
  useLayoutEffect(() => {
    if (jumpTo !== undefined) void jump(jumpTo);
  }, [jumpTo, jump]);

  // The first position: the line before unread messages, or the end.
  const isPlaced = useRef(false);
  useLayoutEffect(() => {
    if (isPlaced.current || items.length < 2) return;
    isPlaced.current = true;
    const unread = items.findIndex(({ kind }) => kind === 'unread');
    if (unread >= 0) rows.scrollToIndex(unread, { align: 'start' });
    else if (jumpTo === undefined) pin.hold();
  }, [items, rows, pin, jumpTo]);
  useLayoutEffect(() => {
    if (highlighted === undefined) return;
    const index = indexOfSeq(items, highlighted);
    if (index < 0) return;
    pin.release();
    rows.scrollToIndex(index, { align: 'center' });
    setFocusKey(items[index]?.key);
    const timer = setTimeout(() => setHighlighted(undefined), 2_400);
    return () => clearTimeout(timer);
    // A jump is done once, and not again with each new message.
  }, [highlighted]);

  const shown = rows.getVirtualItems();
  useFill({ conversationId, items, first: shown[0]?.index ?? 0, last: shown.at(-1)?.index ?? 0, hasOlder });
  const { atEnd, onScroll } = useMarkRead({ conversationId, items, rows, scroller });
  const { onKeyDown, tabStop } = useMessageKeys({ items, rows, scroller, focusKey, setFocusKey, onAct });
  useImperativeHandle(ref, () => ({
    toEnd: pin.hold,
    focus: () => scroller.current?.querySelector<HTMLElement>('[role=listitem][tabindex="0"]')?.focus(),
  }));

  const jumpToId = useCallback(
    async (messageId: number) => {
      const found = client.account
        .getSnapshot()
        .conversations.get(conversationId)
        ?.messages.find(({ id }) => id === messageId);
      if (found) void jump(found.seq);
      else await attempt(async () => jump((await client.rest.getMessage({ messageId })).message.seq));
    },
    [client, conversationId, jump],
  );

  return (
    <div className="messages">
      <div
        className="messages-scroll"
        ref={scroller}
        onScroll={() => {
          pin.onScroll();
          onScroll();
        }}
        {...pin.gestures}
      >
        <div
          className="messages-rows"
          role="list"
          aria-label={t.messagesOf(face?.name ?? '')}
          aria-description={t.listHint}
          style={{ height: rows.getTotalSize() }}
          onKeyDown={onKeyDown}
        >
          {shown.map(({ index, key, start }) => {
            const item = items[index];
            if (!item) return null;
            const isHit = item.kind === 'message' && item.message.seq === highlighted;
            return (
              <div
                key={key}
                ref={rows.measureElement}
                data-index={index}
                data-key={item.key}
                role="listitem"
                className={isHit ? 'item item-hit' : 'item'}
                tabIndex={item.key === tabStop ? 0 : -1}
                style={{ transform: `translateY(${start}px)` }}
                onFocus={() => setFocusKey(item.key)}
              >
                <ItemRow
                  item={item}
                  conversationId={conversationId}
                  isGroup={face?.isGroup ?? false}
                  onJump={jumpToId}
                  onAct={onAct}
                />
              </div>
            );
          })}
        </div>
      </div>
      {!atEnd && <JumpButton unread={view?.conversation.unread_count ?? 0} onJump={pin.hold} />}
    </div>
  );
}
