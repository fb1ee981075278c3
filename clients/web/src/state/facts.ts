import type { ConversationView, ListedConversation, Person, Preferences } from '@vestnik/client';

/** The other user of a direct conversation; undefined for a group. */
export function partnerOf({ type, participants, invited = [] }: ListedConversation, me: number): number | undefined {
  if (type !== 'direct') return undefined;
  const inviters = invited.flatMap(({ user_id, invited_by }) => [user_id, invited_by]);
  return [...participants, ...inviters].find((id) => id !== me);
}

/** The user who asks the caller to join a conversation; undefined where nobody asks. */
export function askedBy({ invited = [], state }: ListedConversation, me: number): number | undefined {
  if (state === 'declined') return undefined;
  return invited.find(({ user_id }) => user_id === me)?.invited_by;
}

/** The ids of the companies that take part beside the caller's own. */
export function foreignCompanies(
  conversation: ListedConversation,
  people: ReadonlyMap<number, Person>,
  ownCompany: number,
): number[] {
  const { participants, invited = [] } = conversation;
  const asking = invited.flatMap(({ user_id, invited_by }) => [user_id, invited_by]);
  const companies = [...participants, ...asking].map((id) => people.get(id)?.company_id);
  return [...new Set(companies.filter((id) => id !== null && id !== undefined && id !== ownCompany))] as number[];
}

/** How a conversation is silent: until a moment, or without an end; undefined while it is not. */
export function silenceOf(
  preferences: Preferences | null,
  id: number,
  now = Date.now(),
): { until: string | null } | undefined {
  if (!preferences) return undefined;
  if (preferences.muted_conversation_ids.includes(id)) return { until: null };
  const until = preferences.conversations.find((each) => each.conversation_id === id)?.muted_until;
  if (until && Date.parse(until) > now) return { until };
  return levelOf(preferences, id) === 'none' ? { until: null } : undefined;
}

/** Which messages of a conversation the user wants to be told of. */
export function levelOf(preferences: Preferences | null, id: number): 'all' | 'mentions' | 'none' {
  return preferences?.conversations.find((each) => each.conversation_id === id)?.level ?? 'all';
}

/** Where the thread has unread messages: the first `seq` behind the user's marker. */
export function firstUnread({ conversation }: ConversationView): number | undefined {
  return conversation.unread_count > 0 ? conversation.read_seq + 1 : undefined;
}
