import { createAccount } from './account/account.ts';
import { createStore } from './account/store.ts';
import { watchActivity } from './activity.ts';
import type { Client } from './client.ts';
import { VestnikError } from './errors.ts';
import { createLeader } from './leader.ts';
import { createListeners } from './line/listeners.ts';
import type { ConnectOptions } from './options.ts';
import { createSendings } from './outbox/sendings.ts';
import type { ListedConversation, Preferences } from './protocol/model.ts';
import { createRest } from './rest/rest.ts';
import { joinTabs, obey, type Tab, webLocks } from './tabs/tabs.ts';
import { createTokenSource } from './token.ts';

/**
 * Connects to the server as a user. The client is usable at once: with `storage` it shows the last state as soon as that is
 * read, and calls wait for the line. It connects again by itself until it is closed.
 */
export function connect(options: ConnectOptions): Client {
  const { url, answerWithinMs = 10_000, shareAs } = options;
  const tokens = createTokenSource(options);
  const store = createStore();
  const listeners = createListeners();
  let stopped: VestnikError | undefined;

  const rest = createRest({
    url,
    tokens,
    answerWithinMs,
    onAnswer(_, data) {
      const { conversation, preferences } = data as { conversation?: ListedConversation; preferences?: Preferences };
      if (conversation && 'head_seq' in conversation) store.dispatch({ type: 'conversation', conversation });
      if (preferences) {
        store.dispatch({
          type: 'event',
          event: { name: 'preferences_updated', data: { preferences }, at: Date.now() },
        });
      }
    },
  });

  const lead = () => createLeader(options, { store, rest, tokens, onStopped: (why) => (stopped = why) });
  const locks = shareAs === undefined ? undefined : webLocks();
  const tab = locks
    ? joinTabs({ name: `vestnik/${shareAs}`, locks, store, lead, onIdle: () => activity.tell() })
    : standAlone();

  function standAlone(): Tab {
    const leader = lead();
    void leader.start();
    return { ask: (...ask) => obey(leader, ask), sayIdle: () => {}, close: leader.stop };
  }

  const { account, whenCurrent, stop } = createAccount(store, rest, (event, data) => tab.ask('call', event, data));
  const activity = watchActivity((state) => {
    if (store.get().line !== 'live') return;
    const told = tab.ask('call', 'set_activity', { state });
    told.then(() => state === 'idle' && tab.sayIdle()).catch(() => undefined);
  });
  store.onAction((action) => {
    if (action.type === 'event') listeners.tell(action.event.name, action.event.data);
    if (action.type === 'line' && action.line === 'live') activity.tell();
    if (action.type === 'current' && action.isCurrent) whenCurrent();
  });

  const ready = new Promise<void>((resolve, reject) => {
    const look = () => {
      const { isCurrent, isLoaded, line } = store.get();
      if (line === 'stopped')
        reject(stopped ?? new VestnikError('unavailable', 'the connection of all tabs has ended'));
      else if (isCurrent && isLoaded) resolve();
      else return;
      end();
    };
    const end = store.subscribe(look);
  });
  ready.catch(() => undefined);

  async function close(): Promise<void> {
    activity.stop();
    stop();
    await tab.close();
  }

  return {
    account,
    outbox: createSendings(store, tab.ask),
    rest,
    call: (name, data) => tab.ask('call', name, data) as never,
    on: listeners.on,
    ready,
    get stopped() {
      return stopped;
    },
    setActivity: activity.set,
    close,
    async signOut() {
      await close();
      await options.storage?.clear();
    },
  };
}
