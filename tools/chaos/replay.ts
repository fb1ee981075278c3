import {
  deleteAndNote,
  editAndNote,
  type PlayedConversation,
  type PlayedSystem,
  type ReconnectingClient,
  readAndNote,
  type System,
  sendAndNote,
  until,
} from '@vestnik/testing';
import type { ChatLog, LogLine } from '../demo/chat-log.ts';

/** A log that is replayed by its authors, from the beginning again when it ends. */
export interface Replay {
  /** Gives every client so many lines at once. If `characters` is given, each line is repeated until it has so many. */
  burst(lines: number, characters?: number): void;
  /** Gives no more lines and resolves when everything is acknowledged. */
  stop(): Promise<void>;
}

/** How long finding or creating a direct conversation is tried, in milliseconds. */
const OPENED_WITHIN_MS = 60_000;
/** One message in so many is followed by a read marker, is edited, or is deleted. Messages of the group of all are pushed, so they stay. */
const READ_EVERY = 5;
const EDITED_EVERY = 7;
const DELETED_EVERY = 3;

/**
 * Replays a log at `rate` lines per second. An author is always the same client, and a client sends one message after the
 * other. A line that addresses a person by name goes to the direct conversation of the two, which is created when it is
 * first needed. All other lines go to the group of all. No more lines are given once `signal` is aborted.
 */
export function startReplay(
  system: System,
  played: PlayedSystem,
  { log, rate, signal }: { log: ChatLog; rate: number; signal: AbortSignal },
): Replay {
  const { clients, ledger } = played;
  const queues = new Map<ReconnectingClient, Promise<void>>();
  const directs = new Map<string, Promise<PlayedConversation>>();
  let given = 0;

  const clientOf = (author: number) => clients[author % clients.length] as ReconnectingClient;

  async function conversationOf(line: LogLine): Promise<PlayedConversation> {
    const [groupOfAll] = played.conversations;
    const author = clientOf(line.author);
    const addressee = line.addressee === undefined ? author : clientOf(line.addressee);
    if (addressee === author && groupOfAll) return groupOfAll;
    const pair = [author, addressee].toSorted((a, b) => a.userId - b.userId);
    const key = pair.map(({ userId }) => userId).join(' ');
    const direct = directs.get(key) ?? openDirect(pair);
    directs.set(key, direct);
    return direct;
  }

  async function openDirect(members: ReconnectingClient[]): Promise<PlayedConversation> {
    const [one, other] = members;
    const id = await until('the direct conversation is there', () => askForDirect(one, other), OPENED_WITHIN_MS);
    for (const member of members) member.follow(id);
    const conversation = { id, members };
    played.conversations.push(conversation);
    return conversation;
  }

  async function askForDirect(one?: ReconnectingClient, other?: ReconnectingClient): Promise<number | undefined> {
    for (const gateway of system.processesOf('gateway').keys()) {
      signal.throwIfAborted();
      try {
        const call = await system.rest(one?.userId ?? 0, gateway);
        const reply = await call('POST', '/conversations', { participantId: other?.userId });
        if (reply.status < 300) return reply.data.conversation.id;
      } catch {
        // This gateway is gone; another is asked.
      }
    }
    return undefined;
  }

  async function send(line: LogLine, number: number, characters: number): Promise<void> {
    const client = clientOf(line.author);
    const conversation = await conversationOf(line);
    const clientMessageId = `line-${number}`;
    const content = line.text.padEnd(characters, ` ${line.text}`);
    const sent = await sendAndNote(ledger, client, { conversationId: conversation.id, clientMessageId, content });
    if (number % EDITED_EVERY === 0) await editAndNote(client, sent, `${content} (edited)`);
    if (number % DELETED_EVERY === 0 && conversation !== played.conversations[0]) await deleteAndNote(client, sent);
    if (number % READ_EVERY === 0) await readAndNote(ledger, client, conversation.id);
  }

  function give(characters = 0): void {
    const line = log.lines[given % log.lines.length];
    if (!line) return;
    given += 1;
    const number = given;
    const client = clientOf(line.author);
    const queue = (queues.get(client) ?? Promise.resolve()).then(() => send(line, number, characters));
    queue.catch(() => undefined);
    queues.set(client, queue);
  }

  const timer = setInterval(() => give(), 1_000 / rate);
  signal.addEventListener('abort', () => clearInterval(timer));
  return {
    burst(lines, characters) {
      for (let count = 0; count < lines * clients.length; count += 1) give(characters);
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(queues.values());
    },
  };
}
