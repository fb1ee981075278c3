import type { SendState } from '../outbox/item.ts';
import type { Message } from '../protocol/model.ts';
import type { ConversationView } from './snapshot.ts';

/**
 * Returns how far a stored message of the user has come, for its ticks: `sent`, `delivered` to a device of another participant,
 * or `read` by one.
 */
export function sendStateOf(view: ConversationView, message: Message): Exclude<SendState, 'queued' | 'failed'> {
  let isDelivered = false;
  if (message.read_at !== null) return 'read';
  for (const { user_id, read_seq, delivered_seq } of view.markers.values()) {
    if (user_id === message.sender_id) continue;
    if (read_seq >= message.seq) return 'read';
    isDelivered ||= delivered_seq >= message.seq;
  }
  return isDelivered ? 'delivered' : 'sent';
}
