import { useSyncExternalStore } from 'react';
import { ofBrowser } from './kept-texts.ts';

/** How the page looks: as the system, or always light or dark. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'vestnik:theme';
const listeners = new Set<() => void>();
let current: Theme = readTheme();

function readTheme(): Theme {
  const kept = ofBrowser.get(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Gives the theme to the styles. */
export function applyTheme(): void {
  if (current === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = current;
}

/** Changes the theme, now and for later visits. */
export function setTheme(theme: Theme): void {
  current = theme;
  ofBrowser.set(KEY, theme);
  applyTheme();
  for (const listener of listeners) listener();
}

/** Returns the theme, and renders again when it changes. */
export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
