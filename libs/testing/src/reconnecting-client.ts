import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from '@vestnik/contracts';
import type { Account } from './account.ts';
import { catchUpByCursor, catchUpBySeq } from './catch-up.ts';
import { type ClientFigures, count, createClientFigures } from './client-figures.ts';
import { type Connection, ConnectionLost, NoReply, openConnection, Refusal } from './connection.ts';
import type { Fault } from './fault.ts';
import { createHoldings, type Holdings } from './holdings.ts';
import type { Frame } from './socket-client.ts';

/**
 * A client as the contract wants it. When its socket is lost, it connects to the next gateway after a wait with jitter. It
 * repeats requests that were not answered, sends under the same `clientMessageId`, and asks `sync` for the messages that it
 * missed. It keeps all messages and notes everything that the contract does not allow.
 */
export interface ReconnectingClient {
  readonly userId: number;
  /** The name of the user in faults. */
  readonly name: string;
  /** The messages of each conversation that it follows. */
  readonly holdings: Holdings;
  /** Everything that broke the promise. */
  readonly faults: readonly Fault[];
  readonly figures: ClientFigures;
  /** The account that it keeps by a cursor, where it keeps one. */
  readonly account: Account | undefined;
  /** True while its socket is open and it has caught up. */
  isLive(): boolean;
  /** True once it was closed for good. */
  isClosed(): boolean;
  /** Connects, unless it has begun to, and resolves when it is live; throws ConnectionLost when that takes too long. */
  arrive(): Promise<void>;
  /** Conversations it asks for in `sync`. */
  follow(conversationId: number): void;
  /**
   * Sends an event until it is answered with something final; throws a Refusal that will not pass, or ConnectionLost when
   * it has tried for too long.
   */
  ask(event: string, data: unknown): Promise<Frame['data']>;
  /** Sends an event that wants no reply, if it is connected. */
  tell(event: string, data: unknown): void;
  /** Sends a text until it is acknowledged. */
  send(conversationId: number, clientMessageId: string, content: string): Promise<Message>;
  /** Cuts the connection, in the middle of a frame if `inFrame` is set. The client reconnects by itself. */
  cut(inFrame?: boolean): void;
  /** Cuts the connection and comes back on this gateway. */
  moveTo(gateway: number): void;
  /** Syncs once more. Returns the number of conversations that the answers of its account had. */
  sync(): Promise<number>;
  /** Closes for good. */
  close(): Promise<void>;
}

/** The user of the client, and the gateways that it connects to. */
export interface ReconnectingClientOptions {
  userId: number;
  /** The name of the user in faults; `user <id>` by default. */
  name?: string;
  token: string;
  /** Returns the gateways, of which each attempt uses the next one. */
  socketUrls(): string[];
  /** The gateway to begin with. */
  gateway?: number;
  /** It connects on `arrive()`, not at once. */
  waits?: boolean;
  /** How long a gateway may take to answer before it is given up, in milliseconds; 8 s by default. */
  answerWithinMs?: number;
  /** How it connects; the native door by default. */
  open?: typeof openConnection;
  /** It keeps this account by a cursor, and catches up by nothing else. Otherwise it asks for messages behind what it holds. */
  account?: Account;
  /** The user may be removed from conversations without hearing of it. */
  mayBeRemoved?: boolean;
  /** Called with every message when it is first held. */
  onMessage?(message: Message): void;
  /** Called with every message that comes live. */
  onLive?(message: Message): void;
  /** Called with every other event. */
  onEvent?(event: string, data: unknown): void;
}

/** A gateway that has not answered for this long is given up, in milliseconds: more than any answer may take. */
const ANSWER_WITHIN_MS = 8_000;
/** How long something that is refused for now is repeated, in milliseconds. */
const PATIENCE_MS = 60_000;
const PASSING = new Set(['unavailable', 'rate_limited']);

/** A wait with jitter around `ms`. */
const jitter = (ms: number) => delay(ms * (0.5 + Math.random()));

/** Creates a client; it connects at once, by default, and for as long as it is not closed. */
export function createReconnectingClient(options: ReconnectingClientOptions): ReconnectingClient {
  const { userId, name = `user ${userId}`, answerWithinMs = ANSWER_WITHIN_MS } = options;
  const faults: Fault[] = [];
  const figures = createClientFigures();
  const note = ({ kind, what }: Fault) => void faults.push({ kind, what: `${name}: ${what}` });
  const holdings = createHoldings({
    onFault: note,
    onFirst(message, way) {
      if (way === 'live') figures.live += 1;
      options.onMessage?.(message);
    },
  });
  let connection: Connection | undefined;
  let live = false;
  let closed = false;
  let turn = options.gateway ?? 0;
  const waiters: (() => void)[] = [];
  let syncing: Promise<void> = Promise.resolve();

  function onEvent(event: string, data: unknown): void {
    options.account?.hear(event, data);
    if (event === 'new_message') {
      const { message } = data as { message: Message };
      holdings.take(message, 'live');
      options.onLive?.(message);
      return;
    }
    if (event === 'ready') holdings.newSocket();
    if (event === 'conversation_created') holdings.follow((data as { conversation: { id: number } }).conversation.id);
    if (event === 'conversation_removed') holdings.leave((data as { conversation_id: number }).conversation_id);
    if (event === 'resync') {
      figures.resyncs += 1;
      holdings.forgiveHoles();
      void catchUp();
    }
    options.onEvent?.(event, data);
  }

  /** Rounds of `sync`, one after the other, until nothing is missing. */
  function catchUp(): Promise<void> {
    syncing = syncing.then(syncAll, syncAll);
    return syncing.catch((error: unknown) => {
      // Without its answer the client does not know what it lacks: it begins anew.
      if (!(error instanceof ConnectionLost)) connection?.cut();
    });
  }

  const parts = {
    holdings,
    call,
    onRefused(id: number, error: string) {
      if (options.mayBeRemoved) holdings.leave(id);
      else if (holdings.conversations().includes(id)) {
        note({ kind: 'wrong', what: `sync of conversation ${id}: ${error}` });
      }
    },
  };

  async function syncAll(): Promise<void> {
    if (options.account) await catchUpByCursor(parts, options.account);
    else await catchUpBySeq(parts, holdings.conversations());
  }

  /** One attempt on the present connection. A refusal that passes is repeated here, so that all waits are in one place. */
  async function call(event: string, data: unknown): Promise<unknown> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      if (!connection) throw new ConnectionLost('not connected');
      const since = performance.now();
      try {
        return await connection.call(event, data, answerWithinMs);
      } catch (error) {
        if (error instanceof NoReply) {
          count(figures.repeated, 'silent');
          connection.cut();
          throw new ConnectionLost('no answer');
        }
        if (!(error instanceof Refusal) || !PASSING.has(error.code) || Date.now() > deadline) throw error;
        count(figures.repeated, error.code);
      } finally {
        figures.slowestReplyMs = Math.max(figures.slowestReplyMs, performance.now() - since);
      }
      await jitter(200);
    }
  }

  async function connectOnce(): Promise<void> {
    const urls = options.socketUrls();
    const url = urls[turn % urls.length] ?? '';
    turn += 1;
    const opened = await (options.open ?? openConnection)(url, options.token, onEvent, answerWithinMs);
    connection = opened;
    void opened.closed.then((code) => {
      count(figures.closes, code);
      if (connection === opened) connection = undefined;
      live = false;
    });
    await catchUp();
    if (connection !== opened || closed) {
      opened.cut();
      throw new ConnectionLost('lost while catching up');
    }
    live = true;
    figures.connections += 1;
    for (const wake of waiters.splice(0)) wake();
    await opened.closed;
  }

  async function stayConnected(): Promise<void> {
    for (let failures = 0; !closed; failures += 1) {
      try {
        await connectOnce();
        failures = 0;
      } catch (error) {
        if (!(error instanceof ConnectionLost) && !(error instanceof Refusal)) throw error;
      }
      if (!closed) await jitter(Math.min(100 * 2 ** failures, 1_000));
    }
  }
  let staying = options.waits ? undefined : stayConnected();

  /** Resolves also when the client is closed. */
  function untilLive(deadline: number): Promise<void> {
    if (live || closed) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(new ConnectionLost(`not connected within ${PATIENCE_MS} ms`));
      const timer = setTimeout(giveUp, deadline - Date.now());
      waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  const client: ReconnectingClient = {
    userId,
    name,
    holdings,
    faults,
    figures,
    account: options.account,
    isLive: () => live,
    isClosed: () => closed,
    arrive() {
      staying ??= stayConnected();
      return untilLive(Date.now() + PATIENCE_MS);
    },
    follow: (conversationId) => holdings.follow(conversationId),
    async ask(event, data) {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        await untilLive(deadline);
        if (closed) throw new ConnectionLost('the client is closed');
        try {
          return await call(event, data);
        } catch (error) {
          if (!(error instanceof ConnectionLost) || Date.now() > deadline) throw error;
          count(figures.repeated, 'lost');
          // A socket that is closing is not yet closed.
          await jitter(50);
        }
      }
    },
    tell: (event, data) => connection?.tell(event, data),
    async send(conversationId, clientMessageId, content) {
      const data = { conversationId, clientMessageId, content, type: 'text', attachments: [] };
      return ((await client.ask('send_message', data)) as { message: Message }).message;
    },
    cut(inFrame = false) {
      if (inFrame) connection?.cutInFrame();
      else connection?.cut();
    },
    moveTo(gateway) {
      turn = gateway;
      connection?.cut();
    },
    async sync() {
      await client.arrive();
      return options.account ? catchUpByCursor(parts, options.account) : 0;
    },
    async close() {
      closed = true;
      for (const wake of waiters.splice(0)) wake();
      connection?.close();
      await staying;
    },
  };
  return client;
}
