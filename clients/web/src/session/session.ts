import { type Client, connect, indexedDbStorage } from '@vestnik/client';
import { type Credentials, demoToken, keepCredentials, keptCredentials } from './credentials.ts';
import { askHostForToken, isFramed, onHostToken } from './host-page.ts';
import { type TokenUser, userOf } from './token.ts';
import { socketAddress, type WebSettings } from './web-settings.ts';

/** The state of a session: signed out, waiting for the host page, or signed in. */
export type SessionState =
  | { kind: 'signed-out'; refused: boolean }
  | { kind: 'waiting-for-host' }
  | { kind: 'signed-in'; client: Client; user: TokenUser };

/** The session of this tab. */
export interface Session {
  getSnapshot(): SessionState;
  subscribe(listener: () => void): () => void;
  /** Signs in with a token. Returns false for text that is no token. */
  signInWith(token: string): boolean;
  /** Signs in as a demo person. Rejects when the server gives no token. */
  signInAs(userId: number): Promise<void>;
  /** Ends the session and deletes what this device keeps of the account. */
  signOut(): Promise<void>;
}

/** Creates the session of this tab. It goes on where the tab was before a reload, and else asks the page that frames it. */
export function createSession(settings: WebSettings): Session {
  const listeners = new Set<() => void>();
  let state: SessionState = { kind: 'signed-out', refused: false };
  const hasHost = isFramed && settings.origins.length > 0;

  function set(next: SessionState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  function start(token: string, getToken: () => Promise<string>): boolean {
    const user = userOf(token);
    if (!user) return false;
    let first: string | undefined = token;
    const client = connect({
      url: location.origin,
      socketUrl: socketAddress(settings),
      getToken: async () => {
        const given = first ?? (await getToken());
        first = undefined;
        return given;
      },
      storage: indexedDbStorage(`vestnik-${user.id}`),
      shareAs: `vestnik-${user.id}`,
    });
    set({ kind: 'signed-in', client, user });
    client.ready.catch(() => {
      if (client.stopped) refuse(client);
    });
    const stopWatching = client.account.subscribe(() => {
      if (client.account.getSnapshot().line !== 'stopped') return;
      stopWatching();
      if (client.stopped) refuse(client);
    });
    return true;
  }

  function refuse(client: Client): void {
    if (state.kind !== 'signed-in' || state.client !== client) return;
    keepCredentials(undefined);
    set(hasHost ? { kind: 'waiting-for-host' } : { kind: 'signed-out', refused: true });
  }

  async function goOn(credentials: Credentials): Promise<void> {
    if (credentials.kind === 'token') {
      start(credentials.token, async () => credentials.token);
      return;
    }
    const ask = () => demoToken(credentials.userId);
    start(await ask(), ask);
  }

  async function close(): Promise<void> {
    if (state.kind === 'signed-in') await state.client.close();
  }

  const kept = keptCredentials();
  if (kept) goOn(kept).catch(() => set({ kind: 'signed-out', refused: false }));
  else if (hasHost) {
    state = { kind: 'waiting-for-host' };
    const ask = () => askHostForToken(settings.origins);
    onHostToken(settings.origins, (token) => {
      const user = userOf(token);
      if (state.kind === 'signed-in' && state.user.id === user?.id) return;
      void close().then(() => start(token, ask));
    });
    // Its answer comes to the listener above too.
    ask().catch(() => undefined);
  }

  return {
    getSnapshot: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signInWith(token) {
      const isStarted = start(token, async () => token);
      if (isStarted) keepCredentials({ kind: 'token', token });
      return isStarted;
    },
    async signInAs(userId) {
      const credentials: Credentials = { kind: 'demo', userId };
      await goOn(credentials);
      keepCredentials(credentials);
    },
    async signOut() {
      const { kind } = state;
      const client = state.kind === 'signed-in' ? state.client : undefined;
      keepCredentials(undefined);
      set({ kind: 'signed-out', refused: false });
      if (kind === 'signed-in') await client?.signOut();
    },
  };
}
