import type { Place } from '../client.ts';
import { VestnikError } from '../errors.ts';
import type { Message } from '../protocol/model.ts';
import type { Rest } from '../protocol/routes.ts';
import type { Store } from './store.ts';

/** Fetches pages of histories into the account. The same page, asked for while it is under way, is fetched once. */
export function createHistory(store: Store, rest: Rest) {
  const underWay = new Map<string, Promise<readonly Message[]>>();

  async function fetchPage(conversationId: number, place: Exclude<Place, { around: number }>, limit: number) {
    const held = store.get().conversations.get(conversationId);
    const { messages, next_cursor } = await rest.listMessages({ conversationId, limit, ...place });
    if ('before' in place) messages.reverse();
    const isFirst = 'before' in place && next_cursor === null;
    if (held) store.dispatch({ type: 'page', conversationId, epoch: held.epoch, messages, isFirst });
    return messages;
  }

  async function load(conversationId: number, place: Place | undefined, limit: number): Promise<readonly Message[]> {
    const held = store.get().conversations.get(conversationId);
    if (!held) throw new VestnikError('forbidden', `conversation ${conversationId} is not in the account`);
    if (!place) return fetchPage(conversationId, { before: held.floor }, limit);
    if (!('around' in place)) return fetchPage(conversationId, place, limit);
    const half = Math.ceil(limit / 2);
    const [older, newer] = await Promise.all([
      fetchPage(conversationId, { before: place.around + 1 }, half),
      fetchPage(conversationId, { after: place.around }, limit - half || 1),
    ]);
    return [...older, ...newer];
  }

  return function loadMessages(conversationId: number, place?: Place, limit = 50): Promise<readonly Message[]> {
    const key = JSON.stringify([conversationId, place, limit]);
    const loading = underWay.get(key) ?? load(conversationId, place, limit).finally(() => underWay.delete(key));
    underWay.set(key, loading);
    return loading;
  };
}
