import type { Storage } from '../options.ts';
import type { OutboxItem } from '../outbox/item.ts';
import type { ListedConversation, Markers, Message, Person, Preferences } from '../protocol/model.ts';
import { hasLeft, newlyHeld, raiseMarkers, withConversation } from './conversations.ts';
import { placeOf } from './messages.ts';
import { type AccountState, EMPTY, type Held } from './state.ts';
import type { Store } from './store.ts';

/** Newest messages of a conversation that are kept, at most. */
const MESSAGES = 100;
/** How long changes gather before they are stored, in ms. */
const GATHER_MS = 500;

const ACCOUNT = 'account';
const CONVERSATION = 'conversation/';
const OUTBOX = 'outbox/';

interface KeptAccount {
  userId: number | null;
  companyId: number | null;
  cursor: string | null;
  isLoaded: boolean;
  preferences: Preferences | null;
  people: Person[];
  removed: [id: number, version: number][];
}

interface KeptConversation {
  known: ListedConversation;
  messages: Message[];
  floor: number;
  isWhole: boolean;
  markers: Markers[];
  contentVersions: [id: number, version: number][];
}

const pick = ({ userId, companyId, cursor, isLoaded, preferences, people, removed }: AccountState): KeptAccount => ({
  userId,
  companyId,
  cursor,
  isLoaded,
  preferences,
  people: [...people.values()],
  removed: [...removed],
});

/** Returns what is kept of a conversation: of its messages the newest alone. */
function pickConversation({ known, messages, floor, isWhole, allMarkers, contentVersions }: Held): KeptConversation {
  const newest = messages.slice(placeOf(messages, floor)).slice(-MESSAGES);
  const first = newest[0]?.seq ?? floor;
  return {
    known,
    messages: newest,
    floor: first,
    isWhole: isWhole && first === messages[0]?.seq,
    markers: [...allMarkers.values()],
    contentVersions: [...contentVersions],
  };
}

function restoreConversation(kept: KeptConversation): Held {
  const { known, messages, floor, isWhole, markers, contentVersions } = kept;
  const held = {
    ...newlyHeld(known, 0),
    messages,
    floor,
    cut: floor,
    isWhole,
    contentVersions: new Map(contentVersions),
  };
  return raiseMarkers(held, markers);
}

const isSame = (one: Held, other: Held | undefined) =>
  one.known === other?.known &&
  one.messages === other.messages &&
  one.floor === other.floor &&
  one.isWhole === other.isWhole &&
  one.allMarkers === other.allMarkers;

/** Keeps the account and unsent messages in a storage. */
export interface Keeping {
  /** Puts the kept account into the store, and returns the kept messages in the order of sending. */
  restore(): Promise<OutboxItem[]>;
  keepItem(clientMessageId: string, item: OutboxItem | undefined): Promise<void>;
  /** Stores what has changed, and nothing after that. */
  stop(): Promise<void>;
  clear(): Promise<void>;
}

/** Keeps an account in a storage. A storage that fails loses the next start its head start, and nothing else. */
export function createKeeping(store: Store, storage: Storage): Keeping {
  let saved = EMPTY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastPlace = 0;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const state = store.get();
    const entries = new Map<string, unknown>();
    for (const [id, held] of state.conversations) {
      if (!isSame(held, saved.conversations.get(id))) entries.set(CONVERSATION + id, pickConversation(held));
    }
    for (const id of saved.conversations.keys()) {
      if (!state.conversations.has(id)) entries.set(CONVERSATION + id, undefined);
    }
    const { cursor, people, preferences, removed, isLoaded } = saved;
    const isAccountSame =
      cursor === state.cursor &&
      people === state.people &&
      preferences === state.preferences &&
      removed === state.removed &&
      isLoaded === state.isLoaded;
    if (!isAccountSame) entries.set(ACCOUNT, pick(state));
    saved = state;
    // The cursor and what was taken with it are stored together.
    if (entries.size > 0) await storage.save(entries);
  }

  const flushQuietly = () => void flush().catch(() => undefined);
  const endSubscription = store.subscribe(() => {
    timer ??= setTimeout(flushQuietly, GATHER_MS);
  });

  return {
    async restore() {
      const entries = await storage.load();
      const account = entries.get(ACCOUNT) as KeptAccount | undefined;
      const items: (OutboxItem & { place: number })[] = [];
      let state: AccountState = EMPTY;
      if (account) {
        const people = new Map(account.people.map((person) => [person.id, person]));
        state = { ...EMPTY, ...account, people, removed: new Map(account.removed) };
      }
      for (const [key, value] of entries) {
        if (key.startsWith(OUTBOX)) items.push(value as OutboxItem & { place: number });
        if (!key.startsWith(CONVERSATION) || !account) continue;
        const held = restoreConversation(value as KeptConversation);
        // A leader that ended before its last changes were stored leaves conversations behind that the next one does not hold.
        if (hasLeft(state, held.id, held.known.version)) continue;
        state = withConversation(state, held.id, held);
      }
      saved = state;
      if (account) store.dispatch({ type: 'restored', state });
      items.sort((a, b) => a.place - b.place);
      return items.map(({ place: _, ...item }) => item);
    },
    keepItem(clientMessageId, item) {
      lastPlace = Math.max(lastPlace + 1, Date.now());
      return storage.save(new Map([[OUTBOX + clientMessageId, item && { ...item, place: lastPlace }]]));
    },
    stop() {
      endSubscription();
      return flush();
    },
    async clear() {
      clearTimeout(timer);
      saved = EMPTY;
      await storage.clear();
    },
  };
}
