import { setImmediate as nextTick } from 'node:timers/promises';
import { eventFrame, type StatusesChanged } from '@vestnik/contracts';
import type { UserRooms } from './connected-user.ts';

type StatusChange = StatusesChanged['changes'][number];

/** Conversations and subscribers that are looked at before the event loop looks at other sockets. */
const STEPS_PER_TICK = 5_000;

/**
 * Creates the function that sends `user_status` to the users here who share a conversation with a user whose status
 * changed: once to each, however many conversations they share. A user who goes offline types no longer. Announcements are
 * sent one after the other.
 */
export function createStatusNotifier(rooms: UserRooms): (statuses: StatusesChanged) => void {
  /** The number of the announcement. Each user carries the number of the last one that this user got. */
  let announcement = 0;
  let waiting: StatusChange[] = [];
  let isWorking = false;
  let steps = 0;

  async function announce({ user_id, is_online, last_seen, conversation_ids }: StatusChange): Promise<void> {
    announcement += 1;
    let frame: string | undefined;
    for (const conversationId of conversation_ids) {
      const room = rooms.get(conversationId);
      steps += 1 + (room?.subscribers.count() ?? 0);
      if (steps > STEPS_PER_TICK) {
        steps = 0;
        await nextTick();
      }
      if (!is_online) room?.endTyping(user_id);
      for (const user of room?.subscribers.users() ?? []) {
        if (user.lastAnnouncement === announcement || user.userId === user_id) continue;
        user.lastAnnouncement = announcement;
        frame ??= eventFrame('user_status', { user_id, is_online, last_seen });
        for (const session of user.sessions) session.sendSoon(frame);
      }
    }
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const changes = waiting;
      waiting = [];
      for (const change of changes) await announce(change);
    }
    steps = 0;
    isWorking = false;
  }

  return ({ changes }) => {
    for (const change of changes) waiting.push(change);
    if (isWorking) return;
    isWorking = true;
    void work();
  };
}
