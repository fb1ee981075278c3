import type { EarlyEvent } from '../../src/account/state.ts';
import type { Changes, ReadStep } from '../../src/protocol/changes.ts';
import type { ListedConversation, Markers, Message } from '../../src/protocol/model.ts';

/** The user whose account it is. */
export const ME = 1;

interface Kept {
  id: number;
  version: number;
  name: string;
  participants: number[];
  messages: { message: Message; changedAt: number }[];
  markers: Map<number, Markers & { changedAt: number }>;
  reads: (ReadStep & { changedAt: number })[];
  changedAt: number;
  /** When the user came in last. */
  joinedAt: number;
  leftAt: number | undefined;
}

/** A thing that a user does in a conversation. */
export type Deed =
  | { deed: 'create'; conversation: number }
  | { deed: 'send'; conversation: number; user: number; mentions: number[] }
  | { deed: 'edit' | 'delete' | 'react' | 'pin'; conversation: number; user: number; back: number }
  | { deed: 'read' | 'deliver'; conversation: number; user: number; back: number }
  | { deed: 'rename'; conversation: number }
  | { deed: 'leave' | 'join'; conversation: number; user: number }
  | { deed: 'type'; conversation: number; user: number };

/**
 * The account of one user by the contract: it says which events each deed makes, and what an answer of account sync has. The
 * state of a client is compared with it.
 */
export function createServedAccount() {
  const conversations = new Map<number, Kept>();
  let tick = 0;
  let lastId = 0;
  const timeOf = (at: number) => new Date(Date.UTC(2026, 0, 1) + at * 1_000).toISOString();

  const description = ({ id, version, name, participants }: Kept) => ({
    id,
    type: 'group' as const,
    name,
    owner_id: participants[0] ?? null,
    company_id: 1,
    state: 'active' as const,
    participants: [...participants],
    version,
    created_at: timeOf(0),
    updated_at: timeOf(0),
  });

  function listed(kept: Kept): ListedConversation {
    const newest = kept.messages.at(-1)?.message;
    const read = kept.markers.get(ME)?.read_seq ?? 0;
    const unread = kept.messages.filter(
      ({ message }) => message.seq > read && message.sender_id !== ME && message.deleted_at === null,
    );
    return {
      ...description(kept),
      last_message_id: newest?.id ?? null,
      last_message_at: newest?.created_at ?? null,
      last_message_time: newest?.created_at ?? null,
      last_message_content: newest?.content ?? null,
      unread_count: unread.length,
      mention_count: unread.filter(({ message: { mentions } }) => mentions === 'all' || mentions.includes(ME)).length,
      read_seq: read,
      head_seq: newest?.seq ?? 0,
    };
  }

  function move(kept: Kept, user: number, name: 'read_seq' | 'delivered_seq', seq: number): boolean {
    const marker = kept.markers.get(user);
    if (!marker || marker[name] >= seq) return false;
    marker[name] = seq;
    marker.changedAt = tick;
    return true;
  }

  function read(kept: Kept, user: number, seq: number): EarlyEvent[] {
    const before = kept.markers.get(user)?.read_seq ?? 0;
    const passed = kept.messages.filter(({ message }) => message.seq > before && message.seq <= seq);
    if (!move(kept, user, 'read_seq', seq)) return [];
    if (passed.every(({ message }) => message.sender_id === user)) return [];
    const step = { user_id: user, up_to_seq: seq, read_at: timeOf(tick) };
    kept.reads.push({ ...step, changedAt: tick });
    for (const one of kept.messages) {
      const { message } = one;
      if (message.seq > seq || message.sender_id === user || message.read_at !== null) continue;
      one.message = { ...message, read_at: step.read_at };
    }
    return [{ name: 'messages_read', data: { conversation_id: kept.id, message_ids: [], ...step }, at: tick }];
  }

  function change(kept: Kept, back: number, changes: (message: Message) => Partial<Message>): Message | undefined {
    const one = kept.messages.at(-1 - back);
    if (!one || one.message.deleted_at !== null) return undefined;
    one.message = { ...one.message, ...changes(one.message), version: one.message.version + 1 };
    one.changedAt = tick;
    return one.message;
  }

  function act(kept: Kept, deed: Exclude<Deed, { deed: 'create' }>): EarlyEvent[] {
    const id = kept.id;
    if ('user' in deed && deed.deed !== 'join' && !kept.participants.includes(deed.user)) return [];
    switch (deed.deed) {
      case 'send': {
        lastId += 1;
        const seq = kept.messages.length + 1;
        const message: Message = {
          id: lastId,
          conversation_id: id,
          seq,
          version: 1,
          sender_id: deed.user,
          client_message_id: null,
          type: 'text',
          content: `text ${lastId}`,
          attachments: [],
          mentions: deed.mentions,
          pinned_at: null,
          reply_to_id: null,
          reactions: [],
          created_at: timeOf(tick),
          edited_at: null,
          deleted_at: null,
          read_at: null,
        };
        kept.messages.push({ message, changedAt: tick });
        kept.changedAt = tick;
        const answered = read(kept, deed.user, seq);
        return [{ name: 'new_message', data: { conversation_id: id, message }, at: tick }, ...answered];
      }
      case 'edit':
      case 'pin':
      case 'delete': {
        const message = change(kept, deed.back, ({ version }) =>
          deed.deed === 'edit'
            ? { content: `edited ${version}`, edited_at: timeOf(tick) }
            : deed.deed === 'pin'
              ? { pinned_at: timeOf(tick) }
              : { content: null, deleted_at: timeOf(tick), reactions: [], pinned_at: null },
        );
        if (!message) return [];
        const name = deed.deed === 'delete' ? 'message_deleted' : 'message_updated';
        return [{ name, data: { conversation_id: id, message }, at: tick }];
      }
      case 'react': {
        const message = change(kept, deed.back, ({ version }) => ({
          reactions: [{ emoji: `e${version}`, user_ids: [deed.user] }],
        }));
        if (!message) return [];
        const { reactions, version } = message;
        const data = { conversation_id: id, message_id: message.id, reactions, version };
        return [{ name: 'reaction_changed', data, at: tick }];
      }
      case 'read':
        return read(kept, deed.user, kept.messages.length - deed.back);
      case 'deliver': {
        const seq = kept.messages.length - deed.back;
        if (!move(kept, deed.user, 'delivered_seq', seq) || deed.user === ME) return [];
        const data = { conversation_id: id, user_id: deed.user, up_to_seq: seq, delivered_at: timeOf(tick) };
        return [{ name: 'messages_delivered', data, at: tick }];
      }
      case 'rename':
        kept.name = `name ${tick}`;
        return described(kept);
      case 'leave':
        kept.participants = kept.participants.filter((user) => user !== deed.user);
        kept.markers.delete(deed.user);
        if (deed.user !== ME) return described(kept);
        kept.version += 1;
        kept.leftAt = tick;
        return [{ name: 'conversation_removed', data: { conversation_id: id, version: kept.version }, at: tick }];
      case 'join': {
        if (kept.participants.includes(deed.user)) return [];
        const head = kept.messages.length;
        kept.participants.push(deed.user);
        kept.markers.set(deed.user, { user_id: deed.user, read_seq: head, delivered_seq: head, changedAt: tick });
        if (deed.user !== ME) return described(kept);
        kept.version += 1;
        kept.leftAt = undefined;
        kept.joinedAt = tick;
        return [{ name: 'conversation_created', data: { conversation: listed(kept) }, at: tick }];
      }
      case 'type':
        return [{ name: 'user_typing', data: { conversation_id: id, user_id: deed.user, is_typing: true }, at: tick }];
    }
  }

  function described(kept: Kept): EarlyEvent[] {
    kept.version += 1;
    kept.changedAt = tick;
    return [{ name: 'conversation_updated', data: { conversation: description(kept) }, at: tick }];
  }

  function create(id: number): EarlyEvent[] {
    if (conversations.has(id)) return [];
    const participants = [ME, 2, 3];
    const markers = new Map(
      participants.map((user_id) => [user_id, { user_id, read_seq: 0, delivered_seq: 0, changedAt: tick }]),
    );
    const kept: Kept = {
      id,
      version: 1,
      name: `conversation ${id}`,
      participants,
      messages: [],
      markers,
      reads: [],
      changedAt: tick,
      joinedAt: tick,
      leftAt: undefined,
    };
    conversations.set(id, kept);
    return [{ name: 'conversation_created', data: { conversation: listed(kept) }, at: tick }];
  }

  function entryOf(kept: Kept, since: number, messagesPerConversation: number): Changes['conversations'] {
    const { id, version } = kept;
    if (kept.leftAt !== undefined) return kept.leftAt > since ? [{ id, removed: true, version }] : [];
    const from = kept.joinedAt > since ? -1 : since;
    const messages = kept.messages.filter(({ changedAt }) => changedAt > from).map(({ message }) => message);
    const markers = [...kept.markers.values()].filter(({ changedAt }) => changedAt > from);
    const reads = kept.reads.filter(({ changedAt }) => changedAt > from);
    const isChanged = kept.changedAt > from || messages.length + markers.length + reads.length > 0;
    if (!isChanged) return [];
    const newest = messagesPerConversation === 0 ? [] : messages.slice(-messagesPerConversation);
    return [
      {
        id,
        conversation: listed(kept),
        messages: newest,
        truncated: newest.length < messages.length,
        markers: markers.map(({ changedAt: _, ...marker }) => marker),
        reads: reads.map(({ changedAt: _, ...step }) => step),
      },
    ];
  }

  return {
    conversations,
    /** Does a deed and returns the events that the user's socket gets; none of conversations that the user is not in. */
    do(deed: Deed): EarlyEvent[] {
      tick += 1;
      if (deed.deed === 'create') return create(deed.conversation);
      const kept = conversations.get(deed.conversation);
      if (!kept) return [];
      const wasIn = kept.participants.includes(ME);
      const events = act(kept, deed);
      return wasIn || kept.participants.includes(ME) ? events : [];
    },
    /** Answers account sync. A cursor names where the round before began, and the conversations that this round has had. */
    answer(cursor: string | null, messagesPerConversation: number, limit = 1): Changes {
      const {
        since = -1,
        began = tick,
        had = [],
      }: { since?: number; began?: number; had?: number[] } = cursor === null ? {} : JSON.parse(cursor);
      const left = [...conversations.values()].filter(({ id }) => !had.includes(id));
      const entries = left.flatMap((kept) => entryOf(kept, since, messagesPerConversation));
      const answered = entries.slice(0, limit);
      const hasMore = entries.length > answered.length;
      const next = hasMore ? { since, began, had: [...had, ...answered.map(({ id }) => id)] } : { since: began };
      return { cursor: JSON.stringify(next), has_more: hasMore, reset: false, conversations: answered };
    },
    messagesOf: (id: number): Message[] => conversations.get(id)?.messages.map(({ message }) => message) ?? [],
  };
}

export type ServedAccount = ReturnType<typeof createServedAccount>;
