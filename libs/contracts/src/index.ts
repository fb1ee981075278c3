export {
  type Actor,
  type AuditEnd,
  type AuditLink,
  type BlockFact,
  type CompanyFact,
  type ContractFact,
  type ContractTerms,
  companiesEndpoints,
  type PersonFact,
  type Policy,
  type Relations,
  type TokenClaims,
} from './bus/companies.ts';
export { durableConsumers, retiredConsumers } from './bus/consumers.ts';
export type { KeptCreation, Once } from './bus/conversations.ts';
export { conversationsEndpoints } from './bus/conversations.ts';
export {
  type AnyEndpoint,
  type AnyLinesEndpoint,
  type EndpointData,
  type EndpointInput,
  type EndpointOutput,
} from './bus/endpoint.ts';
export {
  type BlockChanged,
  type CompanyChanged,
  type ContractAnnounced,
  type ContractChanged,
  type ConversationAct,
  type ConversationChanged,
  type DurableEvent,
  durableEvents,
  type EventSetAside,
  eventSubjectsOf,
  liveSubjects,
  type MembershipChanged,
  type MessagesStored,
  type OwnerNeeded,
  type PeopleChanged,
  type PersonUpdated,
  type StatusesChanged,
  type Stream,
  setAsideSubject,
  streams,
} from './bus/events.ts';
export { eventFrame, newMessageFrame } from './bus/frames.ts';
export { gatewayEndpoints } from './bus/gateway.ts';
export { healthEndpoint, type ServiceHealth } from './bus/health.ts';
export { decodeLive, encodeLive, type LiveEvent, type LiveHeader } from './bus/live.ts';
export {
  type AccountDetails,
  type AccountEntry,
  type AccountHeader,
  type Delivery,
  EXCERPT_LENGTH,
  EXCERPTS_LENGTH,
  type Excerpt,
  type Highlight,
  type HistoryAsk,
  type HistoryPage,
  type MarkedRead,
  type MemberMarkers,
  messagesEndpoints,
  type PartingChange,
  type SearchPage,
  type Send,
  type SendResult,
  type SummaryAsk,
  type SummaryPage,
  type SyncedConversation,
  type UnreadAsk,
} from './bus/messages.ts';
export { notificationsEndpoints, type Preferences, UNDELIVERED_LIMIT } from './bus/notifications.ts';
export { presenceEndpoints } from './bus/presence.ts';
export {
  PERSON_REVOCATION_SUBJECTS,
  personRevocationSubject,
  REVOCATION_STORED,
  REVOCATION_SUBJECTS,
  type RevocationBody,
  type RevocationTarget,
  readRevocation,
  revocationSubject,
} from './bus/revocations.ts';
export {
  type ClientEvent,
  type ClientEventData,
  type ClientInput,
  createClientInput,
  type SendInput,
} from './client-input.ts';
export { companyInput } from './company-input.ts';
export { decodeIdCursor, decodeMemberCursor, encodeIdCursor, encodeMemberCursor } from './cursor.ts';
export {
  ERROR_STATUS,
  type ErrorBody,
  type ErrorCode,
  isErrorCode,
  isRefusalReason,
  REFUSAL_REASONS,
  type RefusalReason,
  toErrorBody,
  VestnikError,
} from './errors.ts';
export { firstCharacters } from './first-characters.ts';
export { decodeHistoryCursor, encodeHistoryCursor, type HistoryContinuation } from './history-cursor.ts';
export { membersOf, viewOfInvited } from './invited.ts';
export {
  BINDINGS_AT_ONCE,
  CONTACTS_AT_ONCE,
  type ContentLimits,
  CURSOR_LENGTH,
  EMOJIS_PER_MESSAGE,
  LIST_LENGTH,
  MAX_BLOCKS,
  PAGE_DEFAULT,
  PAGE_LIMIT,
  PEOPLE_AT_ONCE,
  PINS_PER_CONVERSATION,
  READS_AT_ONCE,
  REPORTED_BEFORE,
  SENDS_AT_ONCE,
  SYNC_MESSAGES_DEFAULT,
} from './limits.ts';
export { decodeListCursor, encodeListCursor, type ListPlace } from './list-cursor.ts';
export {
  type Attachment,
  type AuditAction,
  type AuditEntry,
  COMPANY_ROLES,
  CONVERSATION_STATES,
  type CompanyGroup,
  type CompanyPerson,
  type CompanyQuotas,
  type CompanyRole,
  type CompanyUsage,
  type ContractState,
  type Conversation,
  type ConversationState,
  type ConversationSummary,
  type Device,
  type DeviceCount,
  type DeviceState,
  type FiledReport,
  type HistoryRule,
  type Invited,
  type IsoTime,
  type Mentions,
  type Message,
  type MessageType,
  PARTNER_RULES,
  type PartnerRule,
  type Person,
  PUSH_PROVIDERS,
  type PushProvider,
  type Reaction,
  type ShownBlock,
  type ShownCompany,
  type ShownContract,
  type ShownReport,
  type UserStatus,
} from './model.ts';
export { seq } from './primitives.ts';
export {
  type DeviceInput,
  deviceTargets,
  type NotificationLevel,
  type PreferencesInput,
  parseDevice,
  preferencesInput,
} from './push-input.ts';
export { decodeSearchCursor, encodeSearchCursor } from './search-cursor.ts';
export { type SearchCarried, searchParameters } from './search-input.ts';
export {
  BUS_USERS,
  type BusUser,
  DATA_SERVICES,
  type DataService,
  EVERY_REQUEST,
  forEachName,
  REVOKERS,
  SERVICES,
  type Service,
  type ServiceName,
  schemaOf,
  services,
  variableOf,
} from './services.ts';
export { canonicalTimeZone, timeZones } from './time-zone.ts';
export { parse } from './validation.ts';
export { isVisible } from './visible-text.ts';
