import { z } from 'zod';
import { LIST_LENGTH, NAME_LENGTH, PAGE_LIMIT, READS_AT_ONCE } from '../limits.ts';
import type { Conversation } from '../model.ts';
import { id, isoTime, text, textUpTo, version } from '../primitives.ts';
import { define, inLines } from './endpoint.ts';

const name = textUpTo(NAME_LENGTH).min(1);
const ids = z.array(id).max(LIST_LENGTH);

/** A conversation as it crosses the bus whole. */
export const conversationSchema = z.object({
  id,
  type: z.enum(['direct', 'group']),
  name: text.nullable(),
  owner_id: id.nullable(),
  participants: z.array(id),
  version,
  created_at: isoTime,
  updated_at: isoTime,
}) satisfies z.ZodType<Conversation>;

/** The requests that conversations answers. Where a `user_id` is given, it is the one who asks. */
export const conversationsEndpoints = {
  /** Finds or creates the one direct conversation of a pair. `invalid` for a pair of one. */
  createDirect: define<{ conversation: Conversation; created: boolean }>()(
    'conversations',
    'create-direct',
    z.object({ user_id: id, participant_id: id }),
  ),
  /** Creates a group owned by who asks. `invalid` beyond the group's size or with nobody but the owner. */
  createGroup: define<{ conversation: Conversation }>()(
    'conversations',
    'create-group',
    z.object({ user_id: id, name, participant_ids: ids }),
  ),
  /**
   * Conversations for several askers at once, each those of the named that the asker is in. A line for each named one,
   * in the order asked: its JSON, or nothing for who is not in it.
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
  /** Renames a group. `forbidden` for all but the owner, `invalid` for a direct conversation. */
  renameConversation: define<{ conversation: Conversation }>()(
    'conversations',
    'rename-conversation',
    z.object({ user_id: id, conversation_id: id, name }),
  ),
  /** Adds people to a group; who is in it already stays as they are. Owner only. */
  addParticipants: define<{ conversation: Conversation }>()(
    'conversations',
    'add-participants',
    z.object({ user_id: id, conversation_id: id, participant_ids: ids.min(1) }),
  ),
  /** Removes one person from a group: the owner anybody, everybody themselves. The oldest participant inherits. */
  removeParticipant: define<{ conversation: Conversation }>()(
    'conversations',
    'remove-participant',
    z.object({ user_id: id, conversation_id: id, participant_id: id }),
  ),
  /** The conversations that each of the named users is in, for who joins sockets to them. */
  listConversationsOfUsers: define<{ users: { user_id: number; conversation_ids: number[] }[] }>()(
    'conversations',
    'list-conversations-of-users',
    z.object({ user_ids: ids }),
  ),
  /** The named conversations as they are now, for services that keep a copy; unknown ones are left out. */
  copyConversations: define<{ conversations: Conversation[] }>()(
    'conversations',
    'copy-conversations',
    z.object({ conversation_ids: ids }),
  ),
  /** Those of `user_ids` who share at least one conversation with `user_id`. */
  findContacts: define<{ user_ids: number[] }>()(
    'conversations',
    'find-contacts',
    z.object({ user_id: id, user_ids: ids }),
  ),
};
