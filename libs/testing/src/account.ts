import type { Message } from '@vestnik/contracts';
import type { Payload } from './socket-client.ts';

/** The part of one conversation that a client holds. */
export interface HeldConversation {
  /** As the list has it. */
  conversation: Payload;
  /** By `seq`. */
  messages: Map<number, Message>;
  /** The client has forgotten the messages before this `seq`, and takes them from pages of the history alone. */
  firstSeq: number;
  /** By user. */
  markers: Map<number, { read_seq: number; delivered_seq: number }>;
}

/** The account of a user as a client keeps it, by the rules of docs/clients.md: answers to `sync`, and live events beside them. */
export interface Account {
  /** That of the last answer; undefined before the first one. */
  cursor(): string | undefined;
  conversations(): ReadonlyMap<number, HeldConversation>;
  preferences(): Payload;
  /** Takes an answer to `sync` or `GET /changes`. Returns true while there is more to ask for. */
  take(answer: Payload): boolean;
  /** Takes a live event. Counts are left to the next answer, which has every conversation that changed. */
  hear(event: string, data: Payload): void;
}

/**
 * Creates an empty account.
 *
 * @param messagesEach the newest messages of each conversation that it keeps; all without it
 */
export function createAccount(messagesEach = Infinity): Account {
  const held = new Map<number, HeldConversation>();
  /** The versions in which the user was gone. */
  const removed = new Map<number, number>();
  let cursor: string | undefined;
  let preferences: Payload;

  function forget(id: number, version: number): void {
    removed.set(id, Math.max(version, removed.get(id) ?? 0));
    if ((held.get(id)?.conversation.version ?? 0) <= version) held.delete(id);
  }

  /** Takes the shared fields of a conversation, unless a newer state is known. Undefined: the user has left it. */
  function takeShared(conversation: Payload): HeldConversation | undefined {
    const { id, version } = conversation;
    if (version <= (removed.get(id) ?? 0)) return undefined;
    const own = held.get(id) ?? { conversation, messages: new Map(), firstSeq: 1, markers: new Map() };
    held.set(id, own);
    const isNewer = version >= own.conversation.version;
    // A field that the newer one lacks is gone.
    if (isNewer) own.conversation = { ...personalOf(own.conversation), ...conversation };
    return own;
  }

  function takeMessage(id: number, message: Message): void {
    const own = held.get(id);
    if (!own || message.seq < own.firstSeq) return;
    const known = own.messages.get(message.seq);
    const newest = known && known.version > message.version ? known : message;
    own.messages.set(message.seq, { ...newest, read_at: earlier(known?.read_at, message.read_at) });
    if (own.messages.size > messagesEach) forgetBefore(own, Math.max(...own.messages.keys()) - messagesEach + 1);
  }

  function forgetBefore(own: HeldConversation, seq: number): void {
    own.firstSeq = Math.max(own.firstSeq, seq);
    for (const held of own.messages.keys()) if (held < own.firstSeq) own.messages.delete(held);
  }

  /** Of two moments of reading the earlier one holds, in whichever order they come. */
  function takeReading(id: number, reading: { user_id: number; up_to_seq: number; read_at: string | null }): void {
    for (const message of held.get(id)?.messages.values() ?? []) {
      if (message.seq > reading.up_to_seq || message.sender_id === reading.user_id) continue;
      message.read_at = earlier(message.read_at, reading.read_at);
    }
  }

  function raise(id: number, userId: number, readSeq: number, deliveredSeq: number): void {
    const markers = held.get(id)?.markers;
    const known = markers?.get(userId) ?? { read_seq: 0, delivered_seq: 0 };
    const read_seq = Math.max(known.read_seq, readSeq);
    markers?.set(userId, { read_seq, delivered_seq: Math.max(known.delivered_seq, deliveredSeq, read_seq) });
  }

  function takeEntry({
    id,
    removed: isRemoved,
    version,
    conversation,
    messages,
    truncated,
    markers,
    reads,
  }: Payload): void {
    if (isRemoved) {
      forget(id, version);
      return;
    }
    const own = takeShared(conversation);
    if (!own) return;
    // Counts and last message are those of the later answer, whatever the version.
    for (const field of PERSONAL) own.conversation[field] = conversation[field];
    if (truncated) forgetBefore(own, messages[0]?.seq ?? conversation.head_seq + 1);
    for (const message of messages) takeMessage(id, message);
    for (const reading of reads) takeReading(id, reading);
    for (const { user_id, read_seq, delivered_seq } of markers) raise(id, user_id, read_seq, delivered_seq);
    const participants = new Set(own.conversation.participants);
    for (const userId of own.markers.keys()) if (!participants.has(userId)) own.markers.delete(userId);
  }

  return {
    cursor: () => cursor,
    conversations: () => held,
    preferences: () => preferences,
    take(answer) {
      if (answer.reset) {
        held.clear();
        removed.clear();
        preferences = undefined;
        cursor = undefined;
        return true;
      }
      for (const entry of answer.conversations) takeEntry(entry);
      if (answer.preferences) preferences = newer(preferences, answer.preferences);
      cursor = answer.cursor;
      return answer.has_more;
    },
    hear(event, data) {
      const id = data?.conversation_id;
      if (event === 'new_message' || event === 'message_updated' || event === 'message_deleted') {
        takeMessage(id, data.message);
      } else if (event === 'reaction_changed') {
        const known = messageOf(held.get(id), data.message_id);
        if (known && data.version >= known.version) {
          takeMessage(id, { ...known, reactions: data.reactions, version: data.version });
        }
      } else if (event === 'messages_read') {
        takeReading(id, data);
        raise(id, data.user_id, data.up_to_seq, 0);
      } else if (event === 'messages_delivered') raise(id, data.user_id, 0, data.up_to_seq);
      else if (event === 'conversation_created') takeShared(data.conversation);
      else if (event === 'conversation_updated' && held.has(data.conversation.id)) takeShared(data.conversation);
      else if (event === 'conversation_removed') forget(id, data.version);
      else if (event === 'preferences_updated') preferences = newer(preferences, data.preferences);
    },
  };
}

/** The fields of a conversation that differ from participant to participant. */
const PERSONAL = [
  'last_message_id',
  'last_message_at',
  'last_message_content',
  'last_message_time',
  'unread_count',
  'mention_count',
  'read_seq',
  'head_seq',
] as const;

function personalOf(conversation: Payload): Payload {
  return Object.fromEntries(PERSONAL.map((field) => [field, conversation[field]]));
}

function messageOf(own: HeldConversation | undefined, messageId: number): Message | undefined {
  return [...(own?.messages.values() ?? [])].find(({ id }) => id === messageId);
}

function newer(known: Payload, given: Payload): Payload {
  return known && known.version > given.version ? known : given;
}

function earlier(one: string | null | undefined, other: string | null | undefined): string | null {
  if (!one || !other) return one ?? other ?? null;
  return one < other ? one : other;
}
