import { createKeeper } from './account/keeper.ts';
import { createKeeping } from './account/kept.ts';
import { type EarlyEvent, EMPTY } from './account/state.ts';
import type { Store } from './account/store.ts';
import type { VestnikError } from './errors.ts';
import { createLine } from './line/line.ts';
import type { ConnectOptions } from './options.ts';
import type { OutboxItem } from './outbox/item.ts';
import { createOutbox } from './outbox/outbox.ts';
import type { MessageInput } from './protocol/events.ts';
import type { Message } from './protocol/model.ts';
import type { Rest } from './protocol/routes.ts';
import type { TokenSource } from './token.ts';

/** Bytes of a frame below every sensible limit of a server. A larger message goes by REST, which takes more. */
const FRAME_BYTES = 60_000;
/** Bytes that one UTF-16 unit takes at most. */
const BYTES_PER_UNIT = 3;

/** The tab that has the connection, and works for all tabs. */
export interface Leader {
  /** Sends an event as soon as the line is live. */
  call(event: string, data: unknown): Promise<unknown>;
  /** Puts a message into the outbox, and resolves when it is kept. */
  send(conversationId: number, message: MessageInput, clientMessageId: string): Promise<void>;
  retry(clientMessageId: string): void;
  discard(clientMessageId: string): void;
  /** Shows what was kept, unless the account is known already, and connects. */
  start(): Promise<void>;
  /** Ends the line and stores what has changed. */
  stop(): Promise<void>;
}

/** The parts that a leader works with. */
export interface LeaderParts {
  store: Store;
  rest: Rest;
  tokens: TokenSource;
  onStopped(why: VestnikError | undefined): void;
}

/** Makes the leader: the line, account sync, the outbox and the storage. */
export function createLeader(options: ConnectOptions, { store, rest, tokens, onStopped }: LeaderParts): Leader {
  const { url, messagesPerConversation = 20, answerWithinMs = 10_000 } = options;
  const socketUrl = options.socketUrl ?? `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/ws`;
  const keeping = options.storage && createKeeping(store, options.storage);

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
      store.dispatch({ type: 'event', event: { name, data, at: Date.now() } as EarlyEvent });
      if (name === 'resync') keeper.catchUp();
    },
    onState(state, why) {
      store.dispatch({ type: 'line', line: state }, { type: 'current', isCurrent: false });
      if (state === 'live') {
        keeper.catchUp();
        outbox.flush();
      }
      if (state === 'stopped') {
        keeper.stop();
        outbox.stop();
        onStopped(why);
      }
    },
  });

  const keeper = createKeeper(store, rest, (data) => line.call('sync', data), messagesPerConversation);
  const outbox = createOutbox({
    store,
    send: sendItem,
    keep: (id, item) => keeping?.keepItem(id, item) ?? Promise.resolve(),
  });

  /** A storage that holds the account of another user is not shown, and nothing of it is sent. */
  function begin(userId: number): void {
    const known = store.get().userId;
    if (known === null || known === userId) return;
    outbox.restore([]);
    store.dispatch({ type: 'restored', state: EMPTY });
    void keeping?.clear().catch(() => undefined);
  }

  async function sendItem({ conversationId, clientMessageId, message }: OutboxItem): Promise<Message> {
    const data = { conversationId, ...message, clientMessageId };
    const isLarge = JSON.stringify(data).length * BYTES_PER_UNIT > FRAME_BYTES;
    const reply = isLarge ? await rest.sendMessage(data) : await line.call('send_message', data);
    return (reply as { message: Message }).message;
  }

  return {
    call: line.call,
    send: outbox.send,
    retry: outbox.retry,
    discard: outbox.discard,
    async start() {
      // The kept account comes first: events are taken into it. A storage that fails is as good as none.
      // A tab that leads on holds the account already.
      const { userId, line: before } = store.get();
      const kept = userId === null && (await keeping?.restore().catch(() => undefined));
      if (before === 'live') store.dispatch({ type: 'line', line: 'offline' });
      outbox.restore(kept || store.get().outbox);
      line.start();
    },
    async stop() {
      line.close();
      await keeping?.stop().catch(() => undefined);
    },
  };
}
