import { z } from 'zod';
import { LIST_LENGTH, NAME_LENGTH, PAGE_LIMIT, READS_AT_ONCE } from '../limits.ts';
import { CONVERSATION_STATES, type CompanyGroup, type Conversation, type IsoTime } from '../model.ts';
import { id, isoTime, text, textUpTo, version } from '../primitives.ts';
import { define, inLines } from './endpoint.ts';

const name = textUpTo(NAME_LENGTH).min(1);
const ids = z.array(id).max(LIST_LENGTH);

/** The largest position of a member, as large as Postgres's integer. */
const LAST_POSITION = 2 ** 31 - 1;

/** The key by which a caller repeats a creation, and a fingerprint of the request. Another request with the key is `conflict`. */
const once = z.object({ key: textUpTo(64).min(1), fingerprint: text.min(1).max(100) });

/** A creation under a key of the caller. */
export type Once = z.output<typeof once>;

/** A creation as its service keeps it under a key, for a day. */
export interface KeptCreation {
  id: number;
  /** The client message id of a first message that has none of its own. */
  message_key: string;
  /** False where the conversation was found. */
  created: boolean;
  /** The first answer, as JSON; null until the gateway has given it. */
  answer: string | null;
}

/** The caller of a change of a group, with the company and the role of the token. */
const manager = { user_id: id, company_id: id.optional(), is_admin: z.boolean().optional() };

/** A whole conversation on the bus. */
export const conversationSchema = z.object({
  id,
  type: z.enum(['direct', 'group']),
  name: text.nullable(),
  owner_id: id.nullable(),
  // An event of an older release has neither.
  company_id: id.nullable().default(null),
  state: z.enum(CONVERSATION_STATES).default('active'),
  participants: z.array(id),
  invited: z.array(z.object({ user_id: id, invited_by: id })).optional(),
  history_from_join: z.array(id).optional(),
  returned: z.array(z.object({ user_id: id, version })).optional(),
  version,
  created_at: isoTime,
  updated_at: isoTime,
}) satisfies z.ZodType<Conversation>;

/** The requests that conversations answers. A `user_id` beside other fields is the caller. */
export const conversationsEndpoints = {
  /**
   * Finds or creates the one direct conversation of a pair. `invalid` for one user twice, `forbidden` where the decision
   * refuses. `company_id` is the caller's, from the token.
   */
  createDirect: define<{ conversation: Conversation; created: boolean; kept?: KeptCreation | undefined }>()(
    'conversations',
    'create-direct',
    z.object({ user_id: id, company_id: id.optional(), participant_id: id, once: once.optional() }),
  ),
  /**
   * Accepts the caller's invitation into a conversation. `forbidden` to all other users.
   * Accepting again changes nothing.
   */
  acceptConversation: define<{ conversation: Conversation }>()(
    'conversations',
    'accept-conversation',
    z.object({ user_id: id, conversation_id: id }),
  ),
  /**
   * Declines the caller's invitation. For 30 days nobody invites the caller into this conversation again. `forbidden` to all other users.
   */
  declineConversation: define<{ conversation: Conversation }>()(
    'conversations',
    'decline-conversation',
    z.object({ user_id: id, conversation_id: id }),
  ),
  /** Creates a group, which the caller owns. `invalid` beyond the group's size, or without a participant besides the owner. */
  createGroup: define<{ conversation: Conversation; kept?: KeptCreation | undefined }>()(
    'conversations',
    'create-group',
    z.object({ user_id: id, company_id: id.optional(), name, participant_ids: ids, once: once.optional() }),
  ),
  /** Keeps the answer to a creation under a key, and returns the answer that was kept first. */
  keepAnswer: define<{ answer: string }>()(
    'conversations',
    'keep-answer',
    z.object({ user_id: id, creation_id: id, answer: text }),
  ),
  /**
   * Reads conversations for several callers at once. A line for each named conversation, in the order asked, holds its JSON;
   * the line is empty where its caller is not a participant.
   */
  describeConversations: inLines(
    define<string[]>()(
      'conversations',
      'describe-conversations',
      z.object({
        asks: z
          .array(z.object({ user_id: id, conversation_ids: z.array(id).min(1).max(PAGE_LIMIT) }))
          .min(1)
          .max(READS_AT_ONCE),
      }),
    ),
  ),
  /**
   * Lists participants in the order in which they joined, behind a `position` (0: from the first). `next` is the position of the
   * last one while there are more. `forbidden` to all but participants and, of a group, the admins of its company.
   */
  listMembers: define<{ members: { user_id: number; joined_at: IsoTime }[]; next: number | null }>()(
    'conversations',
    'list-members',
    z.object({
      ...manager,
      conversation_id: id,
      after: z.int().nonnegative().max(LAST_POSITION),
      limit: z.int().min(1).max(PAGE_LIMIT),
    }),
  ),
  /**
   * Renames a group. `forbidden` for all but the owner and the admins of its company, `invalid` for a direct conversation.
   */
  renameConversation: define<{ conversation: Conversation }>()(
    'conversations',
    'rename-conversation',
    z.object({ ...manager, conversation_id: id, name }),
  ),
  /**
   * Adds users to a group, or invites them. Participants who are named again stay as they are. `forbidden` for users who may not
   * add people, and with a reason where the decision refuses one of the users.
   */
  addParticipants: define<{ conversation: Conversation }>()(
    'conversations',
    'add-participants',
    z.object({ ...manager, conversation_id: id, participant_ids: ids.min(1) }),
  ),
  /**
   * Removes a participant from a group. The owner and the admins of its company may remove every participant, the others only
   * themselves. When the owner leaves, the participant of the group's company who joined first becomes the owner.
   */
  removeParticipant: define<{ conversation: Conversation }>()(
    'conversations',
    'remove-participant',
    z.object({ ...manager, conversation_id: id, participant_id: id }),
  ),
  /**
   * Closes a group: all participants leave, and nobody is invited any more. `forbidden` for all but the owner and the admins of its
   * company, `invalid` for a direct conversation. A group without participants stays as it is.
   */
  closeConversation: define<{ conversation: Conversation }>()(
    'conversations',
    'close-conversation',
    z.object({ ...manager, conversation_id: id }),
  ),
  /** Lists the groups of the caller's company above the id `after`, in ascending order. `forbidden` without the role admin. */
  listCompanyGroups: define<{ groups: CompanyGroup[]; next: number | null }>()(
    'conversations',
    'list-company-groups',
    z.object({ ...manager, after: z.int().nonnegative(), limit: z.int().min(1).max(PAGE_LIMIT) }),
  ),
  /** Returns how many groups with participants a company has, and how many it may have; null for no quota. */
  readCompanyUse: define<{ groups: number; groups_limit: number | null }>()(
    'conversations',
    'read-company-use',
    z.object({ company_id: id }),
  ),
  /** Lists the conversations of each named user, so that a gateway joins the user's sockets to them. */
  listConversationsOfUsers: define<{ users: { user_id: number; conversation_ids: number[] }[] }>()(
    'conversations',
    'list-conversations-of-users',
    z.object({ user_ids: ids }),
  ),
  /**
   * Lists the conversations in which others see the presence of each named user. A block hides the user from `hidden_user_ids` and
   * from the people of `hidden_company_ids`.
   */
  listAudiences: define<{
    users: { user_id: number; conversation_ids: number[]; hidden_user_ids: number[]; hidden_company_ids: number[] }[];
  }>()('conversations', 'list-audiences', z.object({ user_ids: ids })),
  /** Reads the named conversations for services that keep a copy. Unknown conversations are left out. */
  copyConversations: define<{ conversations: Conversation[] }>()(
    'conversations',
    'copy-conversations',
    z.object({ conversation_ids: ids }),
  ),
  /** Reads the ids of the users who share a conversation with a user, the first 10,000 in ascending order. */
  readContacts: define<{ user_ids: number[] }>()('conversations', 'read-contacts', z.object({ user_id: id })),
  /**
   * Finds the users of `user_ids` who share an active conversation with `user_id` and do not block `user_id`. With `inviters` also
   * those who invite `user_id`.
   */
  findContacts: define<{ user_ids: number[] }>()(
    'conversations',
    'find-contacts',
    z.object({ user_id: id, user_ids: ids, inviters: z.boolean().optional() }),
  ),
};
