import type { Bus } from '@vestnik/bus';
import { conversationsEndpoints as endpoints } from '@vestnik/contracts';

/** The requests of this service to conversations. Each throws VestnikError `unavailable` while it does not answer. */
export interface Conversations {
  /** Returns the users of `userIds` who share a conversation with a user, or invite the user into one. */
  contactsAmong(userId: number, userIds: readonly number[]): Promise<Set<number>>;
  /** Returns the ids of a user's contacts, the first 10,000. */
  contactsOf(userId: number): Promise<number[]>;
  /** Returns the conversations of each of the users. */
  conversationsOf(userIds: readonly number[]): Promise<Map<number, number[]>>;
}

/** Users whose conversations one request asks for: a user has thousands, and an answer has to fit into a message of the bus. */
const USERS_AT_ONCE = 20;

/** Creates the requests of this service to conversations. */
export function createConversations(bus: Bus): Conversations {
  return {
    async contactsAmong(userId, userIds) {
      if (userIds.length === 0) return new Set();
      const { user_ids } = await bus.request(endpoints.findContacts, {
        user_id: userId,
        user_ids: [...userIds],
        inviters: true,
      });
      return new Set(user_ids);
    },
    contactsOf: async (userId) => (await bus.request(endpoints.readContacts, { user_id: userId })).user_ids,
    async conversationsOf(userIds) {
      const found = new Map<number, number[]>();
      for (let from = 0; from < userIds.length; from += USERS_AT_ONCE) {
        const user_ids = userIds.slice(from, from + USERS_AT_ONCE);
        const { users } = await bus.request(endpoints.listConversationsOfUsers, { user_ids });
        for (const { user_id, conversation_ids } of users) found.set(user_id, conversation_ids);
      }
      return found;
    },
  };
}
