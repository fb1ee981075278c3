import { createAccount } from './account/account.ts';
import { createKeeper } from './account/keeper.ts';
import { createKeeping } from './account/kept.ts';
import { type EarlyEvent, EMPTY } from './account/state.ts';
import { createStore } from './account/store.ts';
import { watchActivity } from './activity.ts';
import type { Client } from './client.ts';
import { VestnikError } from './errors.ts';
import { createLine } from './line/line.ts';
import { createListeners } from './line/listeners.ts';
import type { ConnectOptions } from './options.ts';
import type { OutboxItem } from './outbox/item.ts';
import { createOutbox } from './outbox/outbox.ts';
import type { ListedConversation, Message, Preferences } from './protocol/model.ts';
import { createRest } from './rest/rest.ts';
import { createTokenSource } from './token.ts';

/** Bytes of a frame below every sensible limit of a server. A larger message goes by REST, which takes more. */
const FRAME_BYTES = 60_000;

/**
 * Connects to the server as a user. The client is usable at once: with `storage` it shows the last state as soon as that is
 * read, and calls wait for the line. It connects again by itself until it is closed.
 */
export function connect(options: ConnectOptions): Client {
  const { url, messagesPerConversation = 20, answerWithinMs = 10_000 } = options;
  const socketUrl = options.socketUrl ?? `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/ws`;
  const tokens = createTokenSource(options);
  const store = createStore();
  const listeners = createListeners();
  const keeping = options.storage && createKeeping(store, options.storage);
  let stopped: VestnikError | undefined;

  const rest = createRest({
    url,
    tokens,
    answerWithinMs,
    onAnswer(_, data) {
      const { conversation, preferences } = data as { conversation?: ListedConversation; preferences?: Preferences };
      if (conversation && 'head_seq' in conversation) store.dispatch({ type: 'conversation', conversation });
      if (preferences) dispatchEvent('preferences_updated', { preferences });
    },
  });

  function dispatchEvent(name: string, data: unknown): void {
    store.dispatch({ type: 'event', event: { name, data, at: Date.now() } as EarlyEvent });
  }

  const line = createLine({
    socketUrl,
    tokens,
    answerWithinMs,
    askRetryAfter: () =>
      rest.getUnreadCount().then(
        () => undefined,
        (error: VestnikError) => error.retryAfterSeconds,
      ),
    onEvent(name, data) {
      if (name === 'ready') begin((data as { user_id: number }).user_id);
      dispatchEvent(name, data);
      if (name === 'resync') keeper.catchUp();
      listeners.tell(name, data);
    },
    onState(state, why) {
      store.dispatch({ type: 'line', line: state }, { type: 'current', isCurrent: false });
      if (state === 'live') {
        keeper.catchUp();
        outbox.flush();
        activity.tell();
      }
      if (state === 'stopped') {
        stopped = why;
        stopAll();
      }
    },
  });

  const { call } = line;
  const keeper = createKeeper(store, rest, (data) => call('sync', data), messagesPerConversation);
  const { account, whenCurrent, stop: stopAccount } = createAccount(store, rest, call);
  const activity = watchActivity((state) => {
    if (store.get().line === 'live') call('set_activity', { state }).catch(() => undefined);
  });
  const outbox = createOutbox({
    store,
    send: sendItem,
    keep: (id, item) => (keeping ? restored.then(() => keeping.keepItem(id, item)) : Promise.resolve()),
  });
  const restored: Promise<void> = keeping ? keeping.restore().then(outbox.restore, () => undefined) : Promise.resolve();

  // What was kept comes first: events are taken into it.
  void restored.then(line.start);

  /** A storage that holds the account of another user is not shown, and nothing of it is sent. */
  function begin(userId: number): void {
    const known = store.get().userId;
    if (known === null || known === userId) return;
    outbox.restore([]);
    store.dispatch({ type: 'restored', state: EMPTY });
    void keeping?.clear();
  }

  async function sendItem({ conversationId, clientMessageId, message }: OutboxItem): Promise<Message> {
    const data = { conversationId, ...message, clientMessageId };
    const isLarge =
      JSON.stringify(data).length > FRAME_BYTES / 3 &&
      new TextEncoder().encode(JSON.stringify(data)).length > FRAME_BYTES;
    const reply = isLarge ? await rest.sendMessage(data) : await line.call('send_message', data);
    return (reply as { message: Message }).message;
  }

  function stopAll(): void {
    keeper.stop();
    outbox.stop();
    stopAccount();
    activity.stop();
  }

  const ready = new Promise<void>((resolve, reject) => {
    const look = () => {
      const { isCurrent, isLoaded } = store.get();
      if (stopped) reject(stopped);
      else if (isCurrent && isLoaded) resolve();
      else return;
      end();
    };
    const end = store.subscribe(look);
  });
  ready.catch(() => undefined);
  let wasCurrent = false;
  store.subscribe(() => {
    const { isCurrent } = store.get();
    if (isCurrent && !wasCurrent) whenCurrent();
    wasCurrent = isCurrent;
  });

  async function close(): Promise<void> {
    line.close();
    await restored;
    await keeping?.flush();
  }

  return {
    account,
    outbox,
    rest,
    call: call as Client['call'],
    on: listeners.on,
    ready,
    get stopped() {
      return stopped;
    },
    setActivity: activity.set,
    close,
    async signOut() {
      await close();
      await keeping?.clear();
    },
  };
}
