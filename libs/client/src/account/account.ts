import type { Account } from '../client.ts';
import type { ClientEventName, ClientEvents } from '../protocol/events.ts';
import type { Rest } from '../protocol/routes.ts';
import { createHistory } from './history.ts';
import { createReader } from './reader.ts';
import type { Store } from './store.ts';

/** How often a user who goes on typing is announced, in ms. */
const TYPING_EVERY_MS = 3_000;
/** How long others show a typist after the last event, in ms. */
const TYPING_MS = 10_000;
/** Users that one request names at most. */
const USERS_AT_ONCE = { people: 100, statuses: 1_000 };

type Call = (event: ClientEventName, data: ClientEvents[ClientEventName]['data']) => Promise<unknown>;

function* pagesOf(ids: readonly number[], size: number): Iterable<number[]> {
  for (let place = 0; place < ids.length; place += size) yield ids.slice(place, place + size);
}

/** Makes the account that users of the library see. `whenCurrent` is to be called each time that the account has caught up. */
export function createAccount(
  store: Store,
  rest: Rest,
  call: Call,
): { account: Account; whenCurrent(): void; stop(): void } {
  const typed = new Map<number, number>();
  const watched = new Set<number>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const reader = createReader(store, (event, data) => call(event, data) as never);

  const endTyping = store.onAction((action) => {
    if (action.type !== 'event' || action.event.name !== 'user_typing' || !action.event.data.is_typing) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      store.dispatch({ type: 'typing ends', at: Date.now() });
    }, TYPING_MS + 50);
    timers.add(timer);
  });

  async function askStatuses(userIds: readonly number[]): Promise<void> {
    for (const page of pagesOf(userIds, USERS_AT_ONCE.statuses)) {
      const { statuses } = (await call('watch_presence', { userIds: page })) as ClientEvents['watch_presence']['reply'];
      store.dispatch({ type: 'statuses', statuses });
    }
  }

  const account: Account = {
    getSnapshot: store.get,
    subscribe: store.subscribe,
    loadMessages: createHistory(store, rest),
    async loadMarkers(conversationId) {
      for (let cursor: string | undefined; ; ) {
        const { members, next_cursor } = await rest.listMembers({ conversationId, limit: 100, cursor });
        const markers = members.map(({ user_id, read_seq, delivered_seq }) => ({ user_id, read_seq, delivered_seq }));
        store.dispatch({ type: 'markers', conversationId, markers });
        if (next_cursor === null) return;
        cursor = next_cursor;
      }
    },
    markRead: reader.markRead,
    setTyping(conversationId, isTyping) {
      const now = Date.now();
      const isAnnounced = now - (typed.get(conversationId) ?? 0) < TYPING_EVERY_MS;
      if (store.get().line !== 'live' || (isTyping && isAnnounced)) return;
      if (isTyping) typed.set(conversationId, now);
      else if (!typed.delete(conversationId)) return;
      call('typing', { conversationId, isTyping }).catch(() => undefined);
    },
    watchPresence(userIds) {
      const added = userIds.filter((id) => !watched.has(id));
      for (const id of added) watched.add(id);
      if (store.get().line === 'live') askStatuses(added).catch(() => undefined);
    },
    async loadPeople(userIds) {
      const unknown = [...new Set(userIds)].filter((id) => !store.get().people.has(id));
      for (const ids of pagesOf(unknown, USERS_AT_ONCE.people)) {
        store.dispatch({ type: 'people', people: (await rest.listPeople({ ids })).people });
      }
    },
  };

  return {
    account,
    whenCurrent() {
      reader.tellMissed();
      askStatuses([...watched]).catch(() => undefined);
    },
    stop() {
      endTyping();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
