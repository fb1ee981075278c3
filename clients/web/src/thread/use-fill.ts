import { useEffect, useRef } from 'react';
import { useClient } from '../state/account.tsx';
import type { Item } from './items.ts';

interface FillOptions {
  conversationId: number;
  items: readonly Item[];
  /** Places of the first and last row in the document. */
  first: number;
  last: number;
  hasOlder: boolean;
}

/** Rows above the first one in view at which older messages are fetched. */
const AHEAD = 20;
/** Messages that one request fetches. */
const PAGE = 100;
/** The wait after a request that failed, in milliseconds. */
const PAUSE_MS = 2_000;

/** Fetches messages before the user comes to them: those at the top, and those of gaps. */
export function useFill({ conversationId, items, first, last, hasOlder }: FillOptions): void {
  const client = useClient();
  const isLoading = useRef(false);
  const lastFirst = useRef(first);
  const isUpward = first <= lastFirst.current;
  useEffect(() => {
    lastFirst.current = first;
    if (isLoading.current) return;
    const place = nextPlace(items, first, last, hasOlder, isUpward);
    if (!place) return;
    isLoading.current = true;
    client.account
      .loadMessages(conversationId, place, PAGE)
      .catch(() => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)))
      .finally(() => (isLoading.current = false));
  }, [client, conversationId, items, first, last, hasOlder, isUpward]);
}

function nextPlace(items: readonly Item[], first: number, last: number, hasOlder: boolean, isUpward: boolean) {
  for (let index = Math.max(0, first - AHEAD); index <= Math.min(items.length - 1, last + AHEAD); index += 1) {
    const item = items[index];
    if (item?.kind === 'gap') return isUpward ? { before: item.before } : { after: item.after };
  }
  if (!hasOlder || first > AHEAD) return undefined;
  const oldest = items.find((item) => item.kind === 'message');
  return oldest?.kind === 'message' ? { before: oldest.message.seq } : undefined;
}
