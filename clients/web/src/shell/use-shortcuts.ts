import { useEffect } from 'react';
import { useClient } from '../state/account.tsx';
import { openConversation } from '../state/route.ts';

interface Shortcuts {
  onNew: () => void;
  onHelp: () => void;
}

/** Where typing is writing, and no shortcut. */
const FIELDS = 'input, textarea, select, [contenteditable]';

/** The shortcuts that work everywhere. Single keys work outside of fields alone. */
export function useShortcuts({ onNew, onHelp }: Shortcuts): void {
  const client = useClient();
  useEffect(() => {
    const go = (step: number) => {
      const { order } = client.account.getSnapshot();
      const current = Number(/^#\/c\/(\d+)/.exec(location.hash)?.[1] ?? 0);
      const next = order[(order.indexOf(current) + step + order.length) % order.length];
      if (next !== undefined) openConversation(next);
    };
    const focus = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open], [popover]:popover-open')) return;
      const isField = event.target instanceof Element && event.target.matches(FIELDS);
      const { key, code, altKey, ctrlKey, metaKey } = event;
      const isPlain = !altKey && !ctrlKey && !metaKey && !isField;
      const action =
        ((ctrlKey || metaKey) && code === 'KeyK') || (isPlain && key === '/')
          ? () => focus('#search')
          : altKey && code === 'KeyN'
            ? onNew
            : altKey && key === 'ArrowDown'
              ? () => go(1)
              : altKey && key === 'ArrowUp'
                ? () => go(-1)
                : altKey && code === 'KeyM'
                  ? () => focus('.messages [role=listitem][tabindex="0"]')
                  : isPlain && key === '?'
                    ? onHelp
                    : isPlain && key === 'Escape'
                      ? () => focus('#composer')
                      : undefined;
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [client, onNew, onHelp]);
}
