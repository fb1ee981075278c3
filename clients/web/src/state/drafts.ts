import { useSyncExternalStore } from 'react';
import { ofBrowser } from './kept-texts.ts';

/** Text that a user has written in a conversation and not sent. */
const listeners = new Set<() => void>();

function keyOf(userId: number, conversationId: number): string {
  return `vestnik:draft:${userId}:${conversationId}`;
}

/** Returns the draft of a conversation; empty without one. */
export function draftOf(userId: number, conversationId: number): string {
  return ofBrowser.get(keyOf(userId, conversationId)) ?? '';
}

/** Keeps a draft over reloads; an empty one ends. */
export function keepDraft(userId: number, conversationId: number, text: string): void {
  const key = keyOf(userId, conversationId);
  if (text.trim() === '') ofBrowser.remove(key);
  else ofBrowser.set(key, text);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}

/** Returns the draft of a conversation, and renders again when it changes. */
export function useDraft(userId: number, conversationId: number): string {
  return useSyncExternalStore(subscribe, () => draftOf(userId, conversationId));
}

/** Forgets all drafts of a user who signs out. */
export function forgetDrafts(userId: number): void {
  for (const key of ofBrowser.keys()) {
    if (key.startsWith(`vestnik:draft:${userId}:`)) ofBrowser.remove(key);
  }
}
