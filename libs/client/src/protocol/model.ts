import type { Conversation, ConversationSummary, IsoTime, NotificationLevel } from '@vestnik/contracts';

export type {
  Attachment,
  AuditEntry,
  CompanyGroup,
  CompanyPerson,
  CompanyQuotas,
  CompanyRole,
  CompanyUsage,
  ContractState,
  Conversation,
  ConversationState,
  Device,
  DeviceState,
  ErrorCode,
  FiledReport,
  HistoryRule,
  Invited,
  IsoTime,
  Mentions,
  Message,
  MessageType,
  NotificationLevel,
  PartnerRule,
  Person,
  Preferences,
  PushProvider,
  Reaction,
  RefusalReason,
  ShownBlock,
  ShownCompany,
  ShownContract,
  ShownReport,
  UserStatus,
} from '@vestnik/contracts';

/** A conversation as the caller sees it in lists: with the newest message, the counts and the caller's own marker. */
export type ListedConversation = Conversation &
  Omit<ConversationSummary, 'conversation_id' | 'version' | 'is_invited'> & {
    /** The same as `last_message_at`. */
    last_message_time: IsoTime | null;
  };

/** A participant with both markers. */
export interface Member {
  user_id: number;
  joined_at: IsoTime;
  /** The `seq` up to which the participant has read. */
  read_seq: number;
  /** The `seq` up to which one of the participant's devices has every message. */
  delivered_seq: number;
}

/** The markers of one participant. */
export type Markers = Pick<Member, 'user_id' | 'read_seq' | 'delivered_seq'>;

/** Quiet hours, levels and mutes, as a client sets them. */
export interface PreferencesInput {
  mutedConversationIds?: number[];
  /** `start` and `end` as HH:MM; `days` on which the span begins, 1 is Monday. */
  quietHours?: { start: string; end: string; timeZone: string; days?: number[] };
  conversations?: { conversationId: number; level: NotificationLevel; mutedUntil?: IsoTime }[];
  /** 10 to 3,600 s; absent: a connected user gets no push. */
  pushAfterSeconds?: number;
}
