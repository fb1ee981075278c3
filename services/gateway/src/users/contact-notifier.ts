import { setImmediate as nextTick } from 'node:timers/promises';
import type { ConnectedUser, UserRooms } from './connected-user.ts';
import { sendLiveSoon } from './fan-out.ts';

/** News of one user, for everybody here who shares a conversation with that user. */
export interface News {
  userId: number;
  conversationIds: readonly number[];
  /** The event frame. Made when the first user gets it. */
  frame(): string;
  /** Returns whether a block hides the news from a user. */
  isHiddenFrom?(user: ConnectedUser): boolean;
  /** Called for each of the conversations that has a room here. */
  onRoom?(room: NonNullable<ReturnType<UserRooms['get']>>): void;
}

/** Conversations and subscribers that are looked at before the event loop looks at other sockets. */
const STEPS_PER_TICK = 5_000;

/**
 * Creates the function that sends news of users to the users here who share a conversation with them. Each user gets them once,
 * however many conversations they share, and nobody gets news of themselves. News are sent one after the other.
 */
export function createContactNotifier(rooms: UserRooms): (news: readonly News[]) => void {
  /** The number of the news. Each user carries the number of the last one that this user got. */
  let announcement = 0;
  let waiting: News[] = [];
  let isWorking = false;
  let steps = 0;

  async function announce({ userId, conversationIds, frame, isHiddenFrom, onRoom }: News): Promise<void> {
    announcement += 1;
    let text: string | undefined;
    for (const conversationId of conversationIds) {
      const room = rooms.get(conversationId);
      steps += 1 + (room?.subscribers.count() ?? 0);
      if (steps > STEPS_PER_TICK) {
        steps = 0;
        await nextTick();
      }
      if (room) onRoom?.(room);
      if (room?.isSealed()) continue;
      for (const user of room?.subscribers.users() ?? []) {
        if (user.lastAnnouncement === announcement || user.userId === userId) continue;
        user.lastAnnouncement = announcement;
        if (isHiddenFrom?.(user)) continue;
        text ??= frame();
        for (const session of user.sessions) sendLiveSoon(session, text);
      }
    }
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const news = waiting;
      waiting = [];
      for (const each of news) await announce(each);
    }
    steps = 0;
    isWorking = false;
  }

  return (news) => {
    for (const each of news) waiting.push(each);
    if (isWorking) return;
    isWorking = true;
    void work();
  };
}
