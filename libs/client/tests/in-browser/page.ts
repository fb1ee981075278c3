import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { type Client, connect, indexedDbStorage } from '../../src/index.ts';
import { useAccount } from '../../src/react.ts';
import { useStorage } from '../use-storage.ts';

/** How the client of a page connects; the address of the page has it as JSON behind `#`. */
export interface PageOptions {
  socketUrl: string;
  /** The name of the database. */
  storage: string;
  shareAs?: string;
}

/** The things that tests use in a page: its client, and parts of the library. */
export interface InPage {
  client: Client;
  /** Returns the account as JSON, with maps as lists of their entries. */
  accountAsJson(): string;
  /** Shows components that follow the account, and returns what each has shown so far, a value for each time that it rendered. */
  follow(conversationId: number): { unread: number[]; names: string[][]; typing: number[] };
  /** Puts an IndexedDB of this name to use. */
  useStorage(name: string): ReturnType<typeof useStorage>;
  /** Returns the number of entries that an IndexedDB of this name holds. */
  entriesOf(name: string): Promise<number>;
}

/** The part of a page that is used here: types of browsers are not everywhere. */
interface Browsing {
  location: { hash: string; origin: string };
  document: { body: Parameters<typeof createRoot>[0] };
  getToken(): Promise<string>;
}

const { location, document, getToken } = globalThis as unknown as Browsing;
const { socketUrl, storage, shareAs } = JSON.parse(decodeURIComponent(location.hash.slice(1))) as PageOptions;
const client = connect({
  url: location.origin,
  socketUrl,
  getToken: () => getToken(),
  storage: indexedDbStorage(storage),
  shareAs,
});

const isSameList = (one: string[], other: string[]) => one.join('\n') === other.join('\n');

function follow(conversationId: number): ReturnType<InPage['follow']> {
  const shown: ReturnType<InPage['follow']> = { unread: [], names: [], typing: [] };
  function Unread() {
    shown.unread.push(useAccount(client.account, ({ unreadCount }) => unreadCount));
    return null;
  }
  function Names() {
    const select = ({ people }: ReturnType<typeof client.account.getSnapshot>) =>
      [...people.values()].map(({ name }) => name ?? '');
    shown.names.push(useAccount(client.account, select, isSameList));
    return null;
  }
  function Typing() {
    shown.typing.push(
      useAccount(client.account, ({ conversations }) => conversations.get(conversationId)?.typing.length ?? 0),
    );
    return null;
  }
  createRoot(document.body).render([Unread, Names, Typing].map((each) => createElement(each, { key: each.name })));
  return shown;
}

const inPage: InPage = {
  client,
  accountAsJson: () =>
    JSON.stringify(client.account.getSnapshot(), (_, value: unknown) =>
      value instanceof Map ? { entries: [...value] } : value,
    ),
  follow,
  useStorage: (name) => useStorage(() => indexedDbStorage(name)),
  entriesOf: async (name) => (await indexedDbStorage(name).load()).size,
};
Object.assign(globalThis, { inPage });
