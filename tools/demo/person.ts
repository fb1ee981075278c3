import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from '@vestnik/contracts';
import { type Copy, createCopy, take } from './copy.ts';
import type { Rest } from './rest.ts';
import { openSocket, Refusal, type Socket, SocketClosed } from './socket.ts';

/** What happens on the sockets of the people. */
export interface Stage {
  /** A message arrived live. */
  delivered(person: Person, message: Message): void;
  /** Any other event arrived. */
  heard(person: Person, event: string, data: unknown): void;
  /** Something was not as the contract has it. */
  fault(person: Person, what: string): void;
}

/** One author of the log as a user with a client: it keeps a copy, catches up after a loss, and sends safely. */
export interface Person {
  readonly nick: string;
  readonly userId: number;
  readonly companyId: number;
  readonly rest: Rest;
  /** What the client holds, by conversation. */
  readonly copies: Map<number, Copy>;
  /** Up to where this person has read, by conversation. */
  readonly markers: Map<number, number>;
  /** Times that the socket was lost, or that the server said that something may be missing. */
  readonly losses: { sockets: number; resyncs: number };
  /** True while the socket is open. */
  isPresent(): boolean;
  /** True once this person has left for good. */
  hasLeft(): boolean;
  /** Opens the socket and catches up, unless that was done. */
  arrive(): Promise<void>;
  /** Closes the socket for good. */
  leave(): Promise<void>;
  /** Sends a message; again, with the same id, as long as it takes. */
  send(conversationId: number, clientMessageId: string, content: string): Promise<Message>;
  read(conversationId: number, upToSeq: number): Promise<void>;
  type(conversationId: number, isTyping: boolean): void;
}

/** Who a person is and where to connect. */
export interface PersonOptions {
  nick: string;
  userId: number;
  companyId: number;
  token: string;
  socketUrl: string;
  rest: Rest;
  stage: Stage;
}

/** How long a person keeps trying what is refused for now, in milliseconds. */
const PATIENCE_MS = 60_000;
/** Refusals that pass. */
const PASSING = new Set(['rate_limited', 'unavailable']);
/** Conversations in one `sync`. */
const SYNC_LIMIT = 1_000;

interface Synced {
  conversations: { id: number; messages?: Message[]; has_more?: boolean; error?: string }[];
}

/** Creates a person who has not arrived yet. */
export function createPerson(options: PersonOptions): Person {
  const { rest, stage } = options;
  const copies = new Map<number, Copy>();
  const markers = new Map<number, number>();
  const losses = { sockets: 0, resyncs: 0 };
  let socket: Socket | undefined;
  let arriving: Promise<void> | undefined;
  let syncing = Promise.resolve();
  let gone = false;

  const copyOf = (conversationId: number) => {
    const copy = copies.get(conversationId) ?? createCopy();
    copies.set(conversationId, copy);
    return copy;
  };
  const receive = (message: Message, isLive: boolean) => {
    const wrong = take(copyOf(message.conversation_id), message, isLive);
    if (wrong !== undefined) stage.fault(person, `conversation ${message.conversation_id}: ${wrong}`);
  };
  const mark = (conversationId: number, seq: number) =>
    markers.set(conversationId, Math.max(seq, markers.get(conversationId) ?? 0));

  function onEvent(event: string, data: unknown): void {
    if (event === 'new_message') {
      const { message } = data as { message: Message };
      receive(message, true);
      stage.delivered(person, message);
      return;
    }
    if (event === 'conversation_created') copyOf((data as { conversation: { id: number } }).conversation.id);
    if (event === 'resync') {
      losses.resyncs += 1;
      for (const copy of copies.values()) copy.hole = false;
      void catchUp();
    }
    stage.heard(person, event, data);
  }

  /** Asks for what is missing; one such round after the other. */
  function catchUp(): Promise<void> {
    syncing = syncing.then(syncAll).catch((error: Error) => {
      // A socket that was lost is opened again, and then this is done again.
      if (!(error instanceof SocketClosed)) stage.fault(person, `could not catch up: ${error.message}`);
    });
    return syncing;
  }

  async function syncAll(): Promise<void> {
    const open = [...copies.keys()];
    while (socket && open.length > 0) {
      const asked = open.splice(0, SYNC_LIMIT).map((id) => ({ id, afterSeq: copyOf(id).upTo }));
      const { conversations } = (await socket.call('sync', { conversations: asked })) as Synced;
      for (const conversation of conversations) {
        for (const message of conversation.messages ?? []) receive(message, false);
        if (conversation.error) stage.fault(person, `sync of ${conversation.id}: ${conversation.error}`);
        if (conversation.has_more) open.push(conversation.id);
      }
    }
  }

  async function connect(): Promise<void> {
    for (const copy of copies.values()) Object.assign(copy, { live: 0, hole: false });
    const opened = await openSocket(options.socketUrl, options.token, onEvent);
    socket = opened;
    let hasArrived = false;
    void opened.closed.then(() => {
      if (socket === opened) socket = undefined;
      if (!hasArrived || gone) return;
      losses.sockets += 1;
      arriving = undefined;
      comeBack();
    });
    try {
      for (const conversation of await rest.conversations()) copyOf(conversation.id);
      await catchUp();
    } catch (error) {
      await opened.close();
      throw error;
    }
    if (socket !== opened) throw new SocketClosed('the socket was lost while catching up');
    hasArrived = true;
  }

  /** With jitter, so that not everybody is back in the same moment. */
  function comeBack(): void {
    setTimeout(
      () => {
        arrive().catch((error: Error) => stage.fault(person, `could not come back: ${error.message}`));
      },
      100 + Math.random() * 400,
    );
  }

  async function connectPatiently(): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await connect();
      } catch (error) {
        if (gone || Date.now() > deadline) throw error;
        await delay(200 + Math.random() * 800);
      }
    }
  }

  function arrive(): Promise<void> {
    arriving ??= connectPatiently();
    return arriving;
  }

  async function call(event: string, data: unknown): Promise<unknown> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      await arrive();
      if (gone) throw new SocketClosed('has left');
      try {
        if (socket) return await socket.call(event, data);
      } catch (error) {
        const passes = !(error instanceof Refusal) || PASSING.has(error.code);
        if (!passes || Date.now() > deadline) throw error;
      }
      await delay(100 + Math.random() * 200);
    }
  }

  const person: Person = {
    nick: options.nick,
    userId: options.userId,
    companyId: options.companyId,
    rest,
    copies,
    markers,
    losses,
    isPresent: () => socket !== undefined,
    hasLeft: () => gone,
    arrive,
    async leave() {
      gone = true;
      await socket?.close();
    },
    async send(conversationId, clientMessageId, content) {
      const data = { conversationId, clientMessageId, content, type: 'text', attachments: [] };
      const { message } = (await call('send_message', data)) as { message: Message };
      mark(conversationId, message.seq);
      return message;
    },
    async read(conversationId, upToSeq) {
      const reply = (await call('read_messages', { conversationId, upToSeq })) as { up_to_seq: number };
      mark(conversationId, reply.up_to_seq);
    },
    type: (conversationId, isTyping) => socket?.tell('typing', { conversationId, isTyping }),
  };
  return person;
}
