/** Times on every wire are ISO 8601 in UTC with milliseconds, as `Date#toISOString` writes them. */
export type IsoTime = string;

/**
 * The states of a conversation.
 *
 * - `pending`: The addressee of a direct conversation has not accepted yet.
 * - `active`: Messages pass.
 * - `declined`: The addressee has declined. The creator may invite again after 30 days.
 * - `suspended`: Nothing passes any more. The participants may read what there is.
 */
export const CONVERSATION_STATES = ['pending', 'active', 'declined', 'suspended'] as const;
/** One state of a conversation. */
export type ConversationState = (typeof CONVERSATION_STATES)[number];

/** A user who has been invited into a conversation, and the user who invited. */
export interface Invited {
  user_id: number;
  invited_by: number;
}

/** A conversation as its participants see it, without anything that differs from participant to participant. */
export interface Conversation {
  id: number;
  type: 'direct' | 'group';
  /** A group's name; null for a direct conversation. */
  name: string | null;
  /** The user who may rename, add and remove; null for a direct conversation and for a group without participants. */
  owner_id: number | null;
  /** Of a group: the company that it belongs to; null where the owner's company was not known. */
  company_id: number | null;
  state: ConversationState;
  /** User ids, in the order in which they joined. A direct conversation always has both. */
  participants: number[];
  /** The users who have been invited and have not accepted. Absent where there are none. They are no members. */
  invited?: Invited[] | undefined;
  /** The participants who see no message from before they joined. Absent where there are none. */
  history_from_join?: number[] | undefined;
  /** The participants who had left before, with the version in which each came back. Absent where there are none. */
  returned?: { user_id: number; version: number }[] | undefined;
  /** Grows by one with every change of the conversation; a copy with a smaller version is older. */
  version: number;
  created_at: IsoTime;
  updated_at: IsoTime;
}

/** The part of a conversation list that messages knows: the newest message, and the unread count of the caller. */
export interface ConversationSummary {
  conversation_id: number;
  /** The version of the conversation that messages knows. */
  version: number;
  /** The caller is invited, and no member yet. */
  is_invited?: boolean;
  last_message_id: number | null;
  last_message_at: IsoTime | null;
  /** The first 200 characters. Null when there is no message, when it was deleted or when it has no text. */
  last_message_content: string | null;
  unread_count: number;
  /** Unread messages of others that mention the caller, or all. */
  mention_count: number;
  /** The caller's own marker. */
  read_seq: number;
  /** The `seq` of the newest message; 0 before the first. */
  head_seq: number;
}

/** A file or image of a message, returned exactly as the client gave it. */
export interface Attachment {
  url: string;
  name: string;
  mime_type: string;
  /** Bytes. */
  size: number;
}

/** The kinds of message. */
export const MESSAGE_TYPES = ['text', 'file', 'image'] as const;
/** One kind of message. */
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** The users who reacted to a message with one emoji, in the order of their reactions. */
export interface Reaction {
  emoji: string;
  user_ids: number[];
}

/** The participants that a message mentions: their ids, or all of them. */
export type Mentions = number[] | 'all';

/** A message as it is stored and shown. A deleted one stays as a tombstone without content and attachments. */
export interface Message {
  id: number;
  conversation_id: number;
  /** 1, 2, 3 … inside the conversation, without gaps, in the order of storing. */
  seq: number;
  /** Grows with content, reactions, pin and deletion; of two states the one with the larger version is newer. */
  version: number;
  sender_id: number;
  client_message_id: string | null;
  type: MessageType;
  content: string | null;
  attachments: Attachment[];
  /** As the sender gave them. */
  mentions: Mentions;
  /** When a participant pinned the message; null while it is not pinned. */
  pinned_at: IsoTime | null;
  reply_to_id: number | null;
  reactions: Reaction[];
  created_at: IsoTime;
  edited_at: IsoTime | null;
  deleted_at: IsoTime | null;
  /** When the first participant other than the sender had read up to this message; null until then. */
  read_at: IsoTime | null;
}

/** Whether a user is connected, as a person who shares a conversation with the user may know it. */
export interface UserStatus {
  user_id: number;
  is_online: boolean;
  /** When the user's last socket closed, or opened while online; null when never seen or hidden. */
  last_seen: IsoTime | null;
}

/** The ways to push to a device. */
export const PUSH_PROVIDERS = ['webhook', 'webpush', 'fcm', 'apns'] as const;
/** One way to push to a device. */
export type PushProvider = (typeof PUSH_PROVIDERS)[number];

/**
 * Whether pushes to a device arrive.
 *
 * - `active`: The last attempt arrived, or there was none since the registration.
 * - `failing`: The last attempt failed, and the service tries again.
 * - `suspended`: The service gave up a push. It tries each new push once, until one arrives or the device is registered again.
 *   With the error `signed out`: the token that registered the device was revoked, and the device gets no pushes.
 */
export type DeviceState = 'active' | 'failing' | 'suspended';

/** A registered push target. `secret`: the signing secret of a webhook, in the reply to its registration alone. */
export interface Device {
  id: number;
  provider: PushProvider;
  target: Record<string, unknown>;
  created_at: IsoTime;
  state: DeviceState;
  /** The fault of the last attempt, such as `status 503` or `timeout`; null while the device is active. */
  last_error: string | null;
  secret?: string;
}

/** How many devices of one provider and state a user has. */
export interface DeviceCount {
  provider: PushProvider;
  state: DeviceState;
  count: number;
}

/**
 * The rules between companies, each stricter than the one before.
 *
 * - `open`: Any user may write to any user.
 * - `consent`: The addressee accepts first.
 * - `contract`: Both companies agree first.
 */
export const PARTNER_RULES = ['open', 'consent', 'contract'] as const;
/** One rule between companies. */
export type PartnerRule = (typeof PARTNER_RULES)[number];

/** How much history outsiders see when they are added to a company's group: all of it, or from then on. */
export const HISTORY_RULES = ['all', 'joined'] as const;
/** One rule on history. */
export type HistoryRule = (typeof HISTORY_RULES)[number];

/** The states of a contract. A severed one stays as a record, and may be proposed again. */
export const CONTRACT_STATES = ['proposed', 'active', 'severed'] as const;
/** One state of a contract. */
export type ContractState = (typeof CONTRACT_STATES)[number];

/** A person as other people see the person. Everything but the id is null while no token has named it. */
export interface Person {
  id: number;
  name: string | null;
  company_id: number | null;
  company_name: string | null;
  picture_url: string | null;
  updated_at: IsoTime | null;
}

/** A person as the admins of the person's company see the person. A field is null while its service is away. */
export interface CompanyPerson extends Person {
  is_online: boolean | null;
  /** Null also for a person who was never seen. */
  last_seen: IsoTime | null;
  devices: DeviceCount[] | null;
}

/** One kind of deed that the audit of a company records. */
export type AuditAction =
  | 'policy_changed'
  | 'contract_proposed'
  | 'contract_accepted'
  | 'contract_severed'
  | 'company_blocked'
  | 'company_unblocked'
  | 'message_reported'
  | 'access_ended'
  | 'conversation_created'
  | 'conversation_renamed'
  | 'conversation_closed'
  | 'people_joined'
  | 'people_left';

/** One entry of a company's audit. */
export interface AuditEntry {
  id: number;
  at: IsoTime;
  /** The user who did it, and that user's company; null for operators. */
  actor_id: number | null;
  actor_company_id: number | null;
  action: AuditAction;
  /** The thing that was changed, as `contract 2`. */
  object: string;
  detail: unknown;
}

/** A block as the side that blocks sees it: of a user, or of a company. */
export interface ShownBlock {
  id: number;
  user_id: number | null;
  company_id: number | null;
  created_at: IsoTime;
}

/** A report as its reporter sees it. */
export interface FiledReport {
  id: number;
  at: IsoTime;
  message_id: number;
  reason: string;
}

/** A report as the admins of the reporter's company see it: the messages are as they were when it was filed. */
export interface ShownReport {
  id: number;
  at: IsoTime;
  reporter_id: number;
  reason: string;
  message: Message;
  /** The messages before it, oldest first. */
  before: Message[];
}

/** A contract as one of the two companies sees it. */
export interface ShownContract {
  /** The other company. */
  company_id: number;
  company_name: string | null;
  state: ContractState;
  /** The company that made the newest proposal. */
  proposed_by: number;
  terms: { direct: boolean; groups: boolean; invite: boolean };
  /** Terms that are proposed in place of those that hold; null for none. */
  proposed_terms: { direct: boolean; groups: boolean; invite: boolean } | null;
  since: IsoTime;
  version: number;
}

/** A company as its own people see it. A rule that is null is the installation's. */
export interface ShownCompany {
  id: number;
  name: string | null;
  policy: { partners: PartnerRule | null; external_invite: boolean | null; history: HistoryRule | null };
}

/** A group of a company, as the admins of the company see it. */
export interface CompanyGroup {
  id: number;
  name: string;
  /** Null while the group needs an owner of the company. */
  owner_id: number | null;
  participant_count: number;
  created_at: IsoTime;
  updated_at: IsoTime;
}

/** The use that a company makes of the installation. A number is null while its service is away. */
export interface CompanyUsage {
  /** Messages that the company's people have sent today (UTC). */
  messages_today: number | null;
  /** Groups of the company that have participants. */
  groups: number | null;
}

/** The quotas of a company. A number is null for no quota, and while its service is away. */
export interface CompanyQuotas {
  messages_per_day: number | null;
  groups: number | null;
}

/** The roles that a token may give its user in the token's own company. */
export const COMPANY_ROLES = ['admin', 'compliance'] as const;
/** One role in a company. */
export type CompanyRole = (typeof COMPANY_ROLES)[number];
