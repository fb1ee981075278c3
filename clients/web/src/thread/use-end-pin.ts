import type { Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useLayoutEffect, useRef } from 'react';

/** The list counts as at its end within this distance, in pixels. */
export const END_THRESHOLD = 80;

/**
 * Keeps the list at its end while rows are measured and grow, until the user scrolls away. `hold` says that the list is at its
 * end now, and `release` that it is elsewhere.
 */
export function useEndPin(rows: Virtualizer<HTMLDivElement, Element>, scroller: RefObject<HTMLDivElement | null>) {
  const isHeld = useRef(false);
  const isMovedByUser = useRef(false);
  const size = rows.getTotalSize();
  useLayoutEffect(() => {
    if (isHeld.current) rows.scrollToEnd();
  }, [rows, size]);
  const note = () => {
    isMovedByUser.current = true;
  };
  return {
    hold() {
      isHeld.current = true;
      isMovedByUser.current = false;
      rows.scrollToEnd();
    },
    release() {
      isHeld.current = false;
    },
    onScroll() {
      const element = scroller.current;
      if (!element) return;
      const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= END_THRESHOLD;
      if (isAtEnd) isHeld.current = true;
      else if (isMovedByUser.current) isHeld.current = false;
    },
    /** Gestures by which a user scrolls. */
    gestures: { onWheel: note, onTouchMove: note, onPointerDown: note, onKeyDownCapture: note },
  };
}
