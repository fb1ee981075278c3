import type { StatusesChanged } from '@vestnik/contracts';
import type { Hub } from './hub.ts';
import { type Publisher, userTopic } from './session.ts';

/**
 * Tells those users here who share a conversation with somebody whose status changed: once each, however many
 * conversations they share.
 */
export function tellStatuses(hub: Hub, publisher: Publisher, { changes }: StatusesChanged): void {
  for (const { user_id, is_online, last_seen, conversation_ids } of changes) {
    const told = new Set<number>([user_id]);
    let frame: string | undefined;
    for (const conversationId of conversation_ids) {
      for (const user of hub.rooms.get(conversationId)?.users ?? []) {
        if (told.has(user.userId)) continue;
        told.add(user.userId);
        frame ??= JSON.stringify({ event: 'user_status', data: { user_id, is_online, last_seen } });
        publisher.publish(userTopic(user.userId), frame);
      }
    }
  }
}
