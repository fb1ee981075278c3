import type { Action } from '../account/reduce.ts';
import type { AccountState } from '../account/state.ts';
import type { Store } from '../account/store.ts';
import { type ErrorDetails, VestnikError } from '../errors.ts';
import type { Leader } from '../leader.ts';
import type { ErrorCode } from '../protocol/model.ts';

/** A request of a tab to the leader. */
export type Ask = { [Name in 'call' | 'send' | 'retry' | 'discard']: [Name, ...Parameters<Leader[Name]>] }[
  | 'call'
  | 'send'
  | 'retry'
  | 'discard'];

/** A message of one tab to the others. */
type Word =
  | { type: 'action'; action: Action }
  /** A tab has come, and wants to know the account. */
  | { type: 'hello' }
  /** The leader shows itself, with the account as it is. Each term of a leader has a name of its own. */
  | { type: 'leading'; term: string; state: AccountState }
  /** The user does not act at this tab any more. */
  | { type: 'idle' }
  /** A request to the leader of a term: a leader that hears it again, or after another one, does not do it twice. */
  | { type: 'ask'; term: string; id: string; ask: Ask }
  | { type: 'reply'; id: string; value?: unknown; error?: ErrorDetails & { code: ErrorCode; message: string } };

/** The part of Web Locks that is used here. */
interface Locks {
  request(name: string, options: { signal: AbortSignal }, held: () => Promise<void>): Promise<void>;
}

/** A tab among those that share one connection. */
export interface Tab {
  /** Has the leader do something, whichever tab that is. */
  ask(...ask: Ask): Promise<unknown>;
  /** Tells the other tabs that the user does not act here. */
  sayIdle(): void;
  close(): Promise<void>;
}

const createId = () => crypto.getRandomValues(new Uint32Array(2)).join('-');

/** Returns Web Locks where the browser has them. */
export const webLocks = (): Locks | undefined => (globalThis.navigator as { locks?: Locks } | undefined)?.locks;

/** The parts that a tab works with. */
export interface TabParts {
  /** The tabs of this name share one connection. */
  name: string;
  locks: Locks;
  store: Store;
  /** Makes the leader, when it is this tab's turn. */
  lead(): Leader;
  /** Another tab says that the user does not act there. */
  onIdle(): void;
}

/**
 * Joins the tabs of a name. The tab that holds the lock is the leader and has the connection. Every tab tells the others what
 * changes the account, and all of them work out the same account. When the leader goes, the next tab leads on with what it holds.
 */
export function joinTabs({ name, locks, store, lead, onIdle }: TabParts): Tab {
  const channel = new BroadcastChannel(name);
  const leaving = new AbortController();
  const asked = new Map<string, { ask: Ask; resolve(value: unknown): void; reject(error: VestnikError): void }>();
  let leader: Leader | undefined;
  /** The term of this tab as the leader, from when it has the account. */
  let ownTerm: string | undefined;
  /** The term of another leader, as far as this tab has heard of one. */
  let heardTerm: string | undefined;
  /** An action of another tab is being taken: it is not told again. */
  let isHeard = false;
  /** The account has come from the leader; from then on actions keep it right. */
  let isJoined = false;
  let leave: () => void = () => {};

  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has one origin and takes no other
  const tell = (word: Word) => channel.postMessage(word);

  function take(...actions: Action[]): void {
    isHeard = true;
    store.dispatch(...actions);
    isHeard = false;
  }

  const endActions = store.onAction((action) => {
    if (!isHeard) tell({ type: 'action', action });
  });

  function answer(own: Leader, id: string, ask: Ask): void {
    obey(own, ask).then(
      (value) => tell({ type: 'reply', id, value }),
      ({ code, message, reason, retryAfterSeconds }: VestnikError) =>
        tell({ type: 'reply', id, error: { code, message, reason, retryAfterSeconds } }),
    );
  }

  function showLeader(): void {
    if (ownTerm !== undefined) tell({ type: 'leading', term: ownTerm, state: store.get() });
  }

  channel.onmessage = ({ data }: { data: unknown }) => {
    const word = data as Word;
    if (word.type === 'action') take(word.action);
    else if (word.type === 'hello') showLeader();
    else if (word.type === 'leading') {
      if (!isJoined) take({ type: 'restored', state: word.state });
      isJoined = true;
      if (word.term === heardTerm) return;
      heardTerm = word.term;
      for (const [id, { ask }] of asked) tell({ type: 'ask', term: word.term, id, ask });
    } else if (word.type === 'idle') onIdle();
    else if (word.type === 'ask' && leader && word.term === ownTerm) answer(leader, word.id, word.ask);
    else if (word.type === 'reply') {
      const own = asked.get(word.id);
      asked.delete(word.id);
      if (word.error) own?.reject(new VestnikError(word.error.code, word.error.message, word.error));
      else own?.resolve(word.value);
    }
  };
  tell({ type: 'hello' });

  /** Leads until the tab is closed. */
  async function serve(): Promise<void> {
    leader = lead();
    isJoined = true;
    await leader.start();
    ownTerm = createId();
    showLeader();
    for (const { ask, resolve, reject } of asked.values()) obey(leader, ask).then(resolve, reject);
    asked.clear();
    await new Promise<void>((resolve) => {
      leave = resolve;
    });
  }

  const leading = locks.request(name, { signal: leaving.signal }, serve).catch(() => {
    // The tab was closed while it waited for the lock; or the browser refuses locks to this page, which then stands alone.
    if (leader || leaving.signal.aborted) return undefined;
    return serve();
  });

  return {
    ask(...ask) {
      if (leader) return obey(leader, ask);
      return new Promise((resolve, reject) => {
        const id = createId();
        asked.set(id, { ask, resolve, reject });
        if (heardTerm !== undefined) tell({ type: 'ask', term: heardTerm, id, ask });
      });
    },
    sayIdle: () => tell({ type: 'idle' }),
    async close() {
      // Requests from now on wait for the next leader, which does not hear of what this one still takes.
      ownTerm = undefined;
      endActions();
      await leader?.stop();
      leaving.abort();
      leave();
      await leading;
      channel.close();
      for (const { reject } of asked.values()) reject(new VestnikError('unavailable', 'the client is closed'));
    },
  };
}

/** Has a leader do what a tab asks. The work begins at once. */
export function obey(leader: Leader, [method, ...values]: Ask): Promise<unknown> {
  return Promise.resolve((leader[method] as (...values: unknown[]) => unknown)(...values));
}
