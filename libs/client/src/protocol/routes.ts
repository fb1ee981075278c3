import type { Changes } from './changes.ts';
import type { MarkerInput, MarkerReply, MessageInput, Nothing, ReactionsReply } from './events.ts';
import type {
  AuditEntry,
  CompanyGroup,
  CompanyPerson,
  CompanyQuotas,
  CompanyUsage,
  Device,
  FiledReport,
  HistoryRule,
  IsoTime,
  ListedConversation,
  Member,
  Message,
  PartnerRule,
  Person,
  Preferences,
  PreferencesInput,
  PushProvider,
  ShownBlock,
  ShownCompany,
  ShownContract,
  ShownReport,
  UserStatus,
} from './model.ts';

/** A place in a list: at most `limit` entries (1 to 100, 50 without it) from `cursor`, the `next_cursor` of the page before. */
export interface PageInput {
  limit?: number;
  cursor?: string;
}

/** The end of a page; `next_cursor` is null where there is no more. */
export interface Page {
  next_cursor: string | null;
}

/** A contract's terms: what it allows people of the two companies. */
export type Terms = ShownContract['terms'];

type Of<Name extends string> = Record<Name, number>;
interface Route<Input, Answer> {
  input: Input;
  answer: Answer;
}

/** Every route, by the name of its operation in `/openapi.json`. */
export interface Routes {
  listConversations: Route<PageInput, Page & { conversations: ListedConversation[] }>;
  createConversation: Route<
    /** `idempotencyKey`: a repeated creation with the same key (1 to 64 characters) gets the first answer again. */
    (
      | { type?: 'direct'; participantId: number; message?: string | MessageInput }
      | { type: 'group'; name: string; participantIds: number[]; message?: string | MessageInput }
    ) & { idempotencyKey?: string },
    { conversation: ListedConversation; message?: Message }
  >;
  getConversation: Route<Of<'conversationId'>, { conversation: ListedConversation }>;
  renameConversation: Route<Of<'conversationId'> & { name: string }, { conversation: ListedConversation }>;
  closeConversation: Route<Of<'conversationId'>, Nothing>;
  addParticipants: Route<Of<'conversationId'> & { participantIds: number[] }, { conversation: ListedConversation }>;
  removeParticipant: Route<Of<'conversationId' | 'userId'>, { conversation: ListedConversation }>;
  acceptConversation: Route<Of<'conversationId'>, { conversation: ListedConversation }>;
  declineConversation: Route<
    Of<'conversationId'>,
    { conversation: { id: number; state: 'declined'; version: number } }
  >;
  listMembers: Route<Of<'conversationId'> & PageInput, Page & { members: Member[] }>;
  /** Newest first, and oldest first with `after`. Give at most one of `cursor`, `before`, `after`, `offset`. */
  listMessages: Route<
    Of<'conversationId'> & PageInput & { before?: number; after?: number; offset?: number },
    Page & { messages: Message[] }
  >;
  sendMessage: Route<Of<'conversationId'> & MessageInput & { idempotencyKey?: string }, { message: Message }>;
  readMessages: Route<Of<'conversationId'> & MarkerInput, MarkerReply>;
  getMessage: Route<Of<'messageId'>, { message: Message }>;
  editMessage: Route<Of<'messageId'> & { content: string }, { message: Message }>;
  deleteMessage: Route<Of<'messageId'>, { message: Message }>;
  listPins: Route<Of<'conversationId'>, { messages: Message[] }>;
  pinMessage: Route<Of<'messageId'>, { message: Message }>;
  unpinMessage: Route<Of<'messageId'>, { message: Message }>;
  addReaction: Route<Of<'messageId'> & { emoji: string }, ReactionsReply>;
  removeReaction: Route<Of<'messageId'> & { emoji: string }, ReactionsReply>;
  getUnreadCount: Route<Nothing, { unread_count: number }>;
  getPresence: Route<{ userIds: number[] }, { statuses: UserStatus[] }>;
  syncAccount: Route<{ cursor?: string; limit?: number; messagesPerConversation?: number }, Changes>;
  /** `highlights`: start and length of each hit by message id, in UTF-16 units of `content`. */
  searchMessages: Route<
    PageInput & {
      q: string;
      conversationId?: number;
      senderId?: number;
      since?: IsoTime;
      until?: IsoTime;
      has?: 'file' | 'image' | 'link';
    },
    Page & { messages: Message[]; highlights: Record<string, [start: number, length: number][]> }
  >;
  /** Give either `ids` (at most 100) or `q`. */
  listPeople: Route<PageInput & { ids?: number[]; q?: string }, Page & { people: Person[] }>;
  registerDevice: Route<
    { provider: PushProvider; target: Record<string, unknown>; secret?: string },
    { device: Device }
  >;
  listDevices: Route<Nothing, { devices: Device[] }>;
  removeDevice: Route<Of<'deviceId'>, Nothing>;
  getPreferences: Route<Nothing, { preferences: Preferences }>;
  setPreferences: Route<PreferencesInput, { preferences: Preferences }>;
  getCompany: Route<Nothing, { company: ShownCompany & { usage: CompanyUsage; quotas: CompanyQuotas } }>;
  setPolicy: Route<
    { partners?: PartnerRule; externalInvite?: boolean; history?: HistoryRule },
    { company: ShownCompany }
  >;
  listContracts: Route<PageInput, Page & { contracts: ShownContract[] }>;
  proposeContract: Route<Of<'companyId'> & { terms?: Terms }, { contract: ShownContract }>;
  proposeTerms: Route<Of<'companyId'> & { terms: Terms }, { contract: ShownContract }>;
  severContract: Route<Of<'companyId'>, { contract: ShownContract }>;
  acceptContract: Route<Of<'companyId'> & { version?: number }, { contract: ShownContract }>;
  addBlock: Route<{ userId: number } | { companyId: number }, { block: ShownBlock }>;
  listBlocks: Route<PageInput, Page & { blocks: ShownBlock[] }>;
  removeBlock: Route<Of<'blockId'>, Nothing>;
  listCompanyPeople: Route<PageInput, Page & { people: CompanyPerson[] }>;
  revokePerson: Route<Of<'userId'>, Nothing>;
  listCompanyGroups: Route<PageInput, Page & { groups: CompanyGroup[] }>;
  reportMessage: Route<Of<'messageId'> & { reason: string }, { report: FiledReport }>;
  listReports: Route<PageInput, Page & { reports: ShownReport[] }>;
  listAudit: Route<PageInput, Page & { entries: AuditEntry[] }>;
}

/** The name of a route. */
export type RouteName = keyof Routes;

/** A call for each route. It fails with `VestnikError`. */
export type Rest = {
  [Name in RouteName]: Nothing extends Routes[Name]['input']
    ? (input?: Routes[Name]['input']) => Promise<Routes[Name]['answer']>
    : (input: Routes[Name]['input']) => Promise<Routes[Name]['answer']>;
};
