import type { Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { useClient, useSigned } from '../state/account.tsx';
import type { Item } from './items.ts';

interface MarkReadOptions {
  conversationId: number;
  items: readonly Item[];
  rows: Virtualizer<HTMLDivElement, Element>;
  scroller: RefObject<HTMLDivElement | null>;
}

/** How long a message has to be in view before it counts as read, in milliseconds. */
const READ_AFTER_MS = 150;
/** From this distance to the end on, in pixels, the button to the end is shown. */
const FAR = 240;

/** Moves the user's marker over the messages that are in view while the window has the focus. */
export function useMarkRead({ conversationId, items, rows, scroller }: MarkReadOptions) {
  const client = useClient();
  const { user } = useSigned();
  const [atEnd, setAtEnd] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const mark = useCallback(() => {
    const element = scroller.current;
    if (!element || document.visibilityState !== 'visible' || !document.hasFocus()) return;
    const bottom = element.scrollTop + element.clientHeight + 4;
    const inView = rows.getVirtualItems().filter(({ end, size }) => end - Math.min(size, 40) / 2 <= bottom);
    const seqs = inView.flatMap(({ index }) => {
      const item = items[index];
      return item?.kind === 'message' ? [item.message] : [];
    });
    const newest = seqs.at(-1);
    const conversation = client.account.getSnapshot().conversations.get(conversationId)?.conversation;
    if (!newest || !conversation || newest.seq <= conversation.read_seq || conversation.state === 'declined') return;
    const isOthers = seqs.some(({ sender_id, seq }) => sender_id !== user.id && seq > conversation.read_seq);
    if (isOthers) client.account.markRead(conversationId, newest.seq).catch(() => undefined);
  }, [client, conversationId, items, rows, scroller, user.id]);

  const soon = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(mark, READ_AFTER_MS);
  }, [mark]);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (element) setAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight < FAR);
    soon();
  }, [scroller, soon]);

  useEffect(() => {
    soon();
    addEventListener('focus', soon);
    document.addEventListener('visibilitychange', soon);
    return () => {
      clearTimeout(timer.current);
      removeEventListener('focus', soon);
      document.removeEventListener('visibilitychange', soon);
    };
  }, [soon]);
  return { atEnd, onScroll };
}
