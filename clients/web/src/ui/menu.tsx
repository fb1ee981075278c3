import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';

/** Where a menu opens: beside this rectangle. */
export interface MenuPlace {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

interface MenuProps {
  label: string;
  place: MenuPlace;
  onClose: () => void;
  /** Shown above the items, such as a row of emoji. Its buttons are items too. */
  children: ReactNode;
  className?: string;
}

/** Room between a menu and the edge of the window, in pixels. */
const EDGE = 8;

/** A menu in the top layer. Arrows move between its items; Escape and Tab close it and give the focus back. */
export function Menu({ label, place, onClose, children, className = '' }: MenuProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = ref.current;
    if (!menu) return;
    const before = document.activeElement;
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    const isBelow = place.bottom + height + EDGE < innerHeight;
    menu.style.top = `${Math.max(EDGE, isBelow ? place.bottom + 4 : place.top - height - 4)}px`;
    menu.style.left = `${Math.max(EDGE, Math.min(place.right - width, innerWidth - width - EDGE))}px`;
    itemsOf(menu)[0]?.focus();
    return () => {
      if (menu.contains(document.activeElement) && before instanceof HTMLElement) before.focus();
    };
  }, [place]);
  useEffect(() => {
    const menu = ref.current;
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !menu?.contains(event.target)) onClose();
    };
    addEventListener('pointerdown', outside, true);
    return () => removeEventListener('pointerdown', outside, true);
  }, [onClose]);
  return (
    <div
      ref={ref}
      popover="manual"
      role="menu"
      aria-label={label}
      className={`menu ${className}`}
      onKeyDown={(event) => moveInside(event, ref.current, onClose)}
    >
      {children}
    </div>
  );
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role=menuitem]:not([disabled])')];
}

function moveInside(event: KeyboardEvent, menu: HTMLElement | null, onClose: () => void): void {
  if (!menu) return;
  const items = itemsOf(menu);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const last = items.length - 1;
  const steps: Record<string, number | undefined> = {
    ArrowDown: at < last ? at + 1 : 0,
    ArrowRight: at < last ? at + 1 : 0,
    ArrowUp: at > 0 ? at - 1 : last,
    ArrowLeft: at > 0 ? at - 1 : last,
    Home: 0,
    End: last,
  };
  const next = steps[event.key];
  if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    event.stopPropagation();
    onClose();
  } else if (next !== undefined) {
    event.preventDefault();
    event.stopPropagation();
    items[next]?.focus();
  }
}
