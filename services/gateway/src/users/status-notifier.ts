import { eventFrame, type StatusesChanged } from '@vestnik/contracts';
import type { ConnectedUsers } from './connected-users.ts';

/**
 * Creates what tells those users here who share a conversation with somebody whose status changed: once each, however
 * many conversations they share. A mark on each user says who was told already; what one turn brings a session leaves
 * in one write.
 */
export function createStatusNotifier(connectedUsers: ConnectedUsers): (statuses: StatusesChanged) => void {
  let round = 0;
  return ({ changes }) => {
    for (const { user_id, is_online, last_seen, conversation_ids } of changes) {
      round += 1;
      let frame: string | undefined;
      for (const conversationId of conversation_ids) {
        for (const user of connectedUsers.rooms.get(conversationId)?.subscribers.users ?? []) {
          if (user.toldIn === round || user.userId === user_id) continue;
          user.toldIn = round;
          frame ??= eventFrame('user_status', { user_id, is_online, last_seen });
          for (const session of user.sessions) session.sendSoon(frame);
        }
      }
    }
  };
}
