import { eventFrame, type PersonUpdated, type StatusesChanged } from '@vestnik/contracts';
import type { News } from './contact-notifier.ts';

/** Returns the news of users whose status changed: `user_status`. A user who goes offline types no longer. */
export function newsOfStatuses({ changes }: StatusesChanged): News[] {
  return changes.map(({ user_id, is_online, last_seen, conversation_ids, hidden_user_ids, hidden_company_ids }) => ({
    userId: user_id,
    conversationIds: conversation_ids,
    frame: () => eventFrame('user_status', { user_id, is_online, last_seen }),
    isHiddenFrom: ({ userId, sessions }) => {
      if (hidden_user_ids?.includes(userId)) return true;
      const companyId = sessions[0]?.companyId;
      return companyId !== undefined && (hidden_company_ids?.includes(companyId) ?? false);
    },
    onRoom: (room) => {
      if (!is_online) room.endTyping(user_id);
    },
  }));
}

/** Returns the news of a person who looks different: `person_updated`. */
export function newsOfPerson({ person, conversation_ids }: PersonUpdated): News {
  return {
    userId: person.id,
    conversationIds: conversation_ids,
    frame: () => eventFrame('person_updated', { person }),
  };
}
