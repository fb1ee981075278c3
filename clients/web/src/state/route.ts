import { useSyncExternalStore } from 'react';

/** The place in the page that the address names: `#/c/7` or `#/c/7/120`. */
export interface Route {
  conversationId: number | undefined;
  /** A message to jump to. */
  seq: number | undefined;
}

const PATTERN = /^#\/c\/(\d+)(?:\/(\d+))?$/;
let lastHash = '';
let lastRoute: Route = { conversationId: undefined, seq: undefined };

function read(): Route {
  if (location.hash !== lastHash) {
    lastHash = location.hash;
    const [, id, seq] = PATTERN.exec(lastHash) ?? [];
    lastRoute = {
      conversationId: id === undefined ? undefined : Number(id),
      seq: seq === undefined ? undefined : Number(seq),
    };
  }
  return lastRoute;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** Returns the place that the address names, and renders again when it changes. */
export function useRoute(): Route {
  return useSyncExternalStore(subscribe, read);
}

/** Goes to a conversation, and to one of its messages. */
export function openConversation(id: number, seq?: number): void {
  const hash = seq === undefined ? `#/c/${id}` : `#/c/${id}/${seq}`;
  // Within the conversation the way back leads to the list, and not through every jump.
  if (seq !== undefined && read().conversationId === id) {
    history.replaceState(null, '', hash);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else location.hash = hash;
}

/** Leaves the conversation for the list. */
export function closeConversation(): void {
  location.hash = '#/';
}
