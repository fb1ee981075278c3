import type { Virtualizer } from '@tanstack/react-virtual';
import type { Message } from '@vestnik/client';
import type { KeyboardEvent, RefObject } from 'react';
import type { Item } from './items.ts';

/** An action on a message, by pointer or by keyboard. */
export type MessageAct = 'menu' | 'react' | 'reply' | 'edit' | 'copy' | 'delete' | 'pin' | 'report';

/** The keys that act on the message with the focus. */
const ACTS: Record<string, MessageAct> = {
  Enter: 'menu',
  ' ': 'menu',
  r: 'reply',
  e: 'edit',
  c: 'copy',
  p: 'pin',
  '+': 'react',
  Delete: 'delete',
};

interface MessageKeysOptions {
  items: readonly Item[];
  rows: Virtualizer<HTMLDivElement, Element>;
  scroller: RefObject<HTMLDivElement | null>;
  focusKey: string | undefined;
  setFocusKey: (key: string | undefined) => void;
  onAct: (act: MessageAct, message: Message, element: HTMLElement) => void;
}

/** The list is one tab stop. Arrows move between messages, and single keys act on the one with the focus. */
export function useMessageKeys({ items, rows, scroller, focusKey, setFocusKey, onAct }: MessageKeysOptions) {
  const isStop = (item: Item | undefined) => item?.kind === 'message' || item?.kind === 'waiting';
  const stop = items.find((item) => item.key === focusKey && isStop(item)) ?? items.findLast(isStop);

  function focusOn(index: number): void {
    const item = items[index];
    if (!item) return;
    setFocusKey(item.key);
    rows.scrollToIndex(index, { align: 'auto' });
    requestAnimationFrame(() => {
      scroller.current
        ?.querySelector<HTMLElement>(`[data-key="${CSS.escape(item.key)}"]`)
        ?.focus({ preventScroll: true });
    });
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[role=listitem]');
    const at = Number(row?.dataset['index'] ?? -1);
    const item = items[at];
    if (!row || !item || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      const step = event.key === 'ArrowUp' ? -1 : 1;
      for (let index = at + step; index >= 0 && index < items.length; index += step) {
        if (isStop(items[index])) return focusOn(index);
      }
      return;
    }
    if (event.key === 'Home') return focusOn(items.findIndex(isStop));
    if (event.key === 'End') return focusOn(items.findLastIndex(isStop));
    const act = event.target === row ? ACTS[event.key] : undefined;
    if (act && item.kind === 'message' && item.message.deleted_at === null) {
      event.preventDefault();
      event.stopPropagation();
      onAct(act, item.message, row);
    }
  }

  return { onKeyDown, tabStop: stop?.key };
}
