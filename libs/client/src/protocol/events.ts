import type { Changes } from './changes.ts';
import type {
  Attachment,
  Conversation,
  Device,
  ErrorCode,
  IsoTime,
  ListedConversation,
  Mentions,
  Message,
  MessageType,
  Person,
  Preferences,
  Reaction,
  RefusalReason,
  ShownContract,
  UserStatus,
} from './model.ts';

/** A message as a client writes it. A message has visible content or an attachment. */
export interface MessageInput {
  /** At most 10,000 code points, unless the server is set otherwise. */
  content?: string;
  /** `text` without it. */
  type?: MessageType;
  attachments?: Attachment[];
  /** 1 to 64 characters. The server stores messages of one sender with the same id once, for ever. */
  clientMessageId?: string;
  replyToId?: number;
  mentions?: Mentions;
  /** False: the sender's own marker stays where it is, for automatic messages. */
  marksRead?: boolean;
}

/** Where to move a read marker: up to a `seq`, or over these messages. */
export type MarkerInput = { upToSeq: number; messageIds?: undefined } | { messageIds: number[]; upToSeq?: undefined };

/** Where the caller's marker stands after a reading. */
export interface MarkerReply {
  up_to_seq: number;
  read_at: IsoTime | null;
  /** Of that conversation. */
  unread_count: number;
}

/** All reactions to a message. */
export interface ReactionsReply {
  message_id: number;
  reactions: Reaction[];
}

/** The messages of one conversation behind a `seq`, or why the caller does not get them. */
export type SyncedConversation =
  | { id: number; messages: Message[]; has_more: boolean; error?: undefined }
  | { id: number; error: 'forbidden' };

/** An event that a client sends: the data of its frame, and the data of its reply. */
export interface ClientCall<Data, Reply> {
  data: Data;
  reply: Reply;
}

/** No data. */
export type Nothing = Record<string, never>;

/** Every event that a client may send. */
export interface ClientEvents {
  send_message: ClientCall<{ conversationId: number } & MessageInput, { message: Message }>;
  typing: ClientCall<{ conversationId: number; isTyping: boolean }, Nothing>;
  read_messages: ClientCall<{ conversationId: number } & MarkerInput, MarkerReply>;
  edit_message: ClientCall<{ messageId: number; content: string }, { message: Message }>;
  delete_message: ClientCall<{ messageId: number }, { message: Message }>;
  pin_message: ClientCall<{ messageId: number }, { message: Message }>;
  unpin_message: ClientCall<{ messageId: number }, { message: Message }>;
  add_reaction: ClientCall<{ messageId: number; emoji: string }, ReactionsReply>;
  remove_reaction: ClientCall<{ messageId: number; emoji: string }, ReactionsReply>;
  sync:
    | ClientCall<{ conversations: { id: number; afterSeq: number }[] }, { conversations: SyncedConversation[] }>
    | ClientCall<
        { conversations?: undefined; cursor?: string; limit?: number; messagesPerConversation?: number },
        Changes
      >;
  set_activity: ClientCall<{ state: 'active' | 'idle' }, Nothing>;
  watch_presence: ClientCall<{ userIds: number[] }, { statuses: UserStatus[] }>;
  refresh_token: ClientCall<{ token: string }, { expires_at: IsoTime }>;
}

/** The name of an event that a client may send. */
export type ClientEventName = keyof ClientEvents;

/** The reply to an event with this data. */
export type ReplyTo<Name extends ClientEventName, Data> = Name extends 'sync'
  ? Data extends { conversations: object }
    ? { conversations: SyncedConversation[] }
    : Changes
  : ClientEvents[Name]['reply'];

/** Every event that the server sends, with its data. */
export interface ServerEvents {
  ready: { session_id: string; user_id: number; company_id: number; server_time: IsoTime };
  new_message: { conversation_id: number; message: Message };
  message_updated: { conversation_id: number; message: Message };
  message_deleted: { conversation_id: number; message: Message };
  reaction_changed: { conversation_id: number; message_id: number; reactions: Reaction[]; version: number };
  user_typing: { conversation_id: number; user_id: number; is_typing: boolean };
  messages_read: {
    conversation_id: number;
    user_id: number;
    message_ids: number[];
    up_to_seq: number;
    read_at: IsoTime | null;
  };
  messages_delivered: { conversation_id: number; user_id: number; up_to_seq: number; delivered_at: IsoTime };
  user_status: UserStatus;
  conversation_created: { conversation: ListedConversation };
  conversation_updated: { conversation: Conversation };
  conversation_removed: { conversation_id: number; version?: number };
  person_updated: { person: Person };
  contract_changed: { contract: ShownContract };
  owner_needed: { conversation_id: number; name: string | null };
  device_registered: { device: Device };
  preferences_updated: { preferences: Preferences };
  resync: Nothing;
  pong: Nothing | undefined;
  error: { code: ErrorCode; message: string; reason?: RefusalReason };
}

/** The name of an event that the server sends. */
export type ServerEventName = keyof ServerEvents;
