import { useSyncExternalStore } from 'react';
import { ofBrowser } from '../state/kept-texts.ts';
import { en, type Words } from './en.ts';
import { ru } from './ru.ts';

/** The languages of the page. */
export const LANGUAGES = { en: 'English', ru: 'Русский' } as const;
/** One language of the page. */
export type Language = keyof typeof LANGUAGES;

const KEY = 'vestnik:language';
const words: Record<Language, Words> = { en, ru };
const listeners = new Set<() => void>();
let current = firstLanguage();

function firstLanguage(): Language {
  const kept = ofBrowser.get(KEY);
  if (kept === 'en' || kept === 'ru') return kept;
  return navigator.languages.some((tag) => tag.startsWith('ru')) ? 'ru' : 'en';
}

/** Returns the language of the page. */
function language(): Language {
  return current;
}

/** Changes the language of the page, now and for later visits. */
export function setLanguage(next: Language): void {
  current = next;
  ofBrowser.set(KEY, next);
  applyLanguage();
  for (const listener of listeners) listener();
}

/** Tells the document its language, for screen readers and hyphenation. */
export function applyLanguage(): void {
  document.documentElement.lang = current;
}

/** Returns all texts in the language of the page, outside of components. */
export function wordsNow(): Words {
  return words[current];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns the language, and renders again when it changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, language);
}

/** Returns all texts in the language of the page, and renders again when it changes. */
export function useWords(): Words {
  return words[useLanguage()];
}
