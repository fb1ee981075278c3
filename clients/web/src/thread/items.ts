import type { ConversationView, Message, OutboxItem } from '@vestnik/client';
import { dayOf } from '../i18n/dates.ts';

/** One row of a thread. */
export type Item =
  | { kind: 'beginning'; key: string }
  | { kind: 'older'; key: string }
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'gap'; key: string; after: number; before: number }
  | { kind: 'message'; key: string; message: Message; isFirst: boolean; isLast: boolean }
  | { kind: 'waiting'; key: string; waiting: OutboxItem };

/** Messages of one sender within this time stand together, in milliseconds. */
const TOGETHER_MS = 5 * 60_000;

/** Returns the key of a message. It is the same while the message waits and when it is stored, so that its row stays. */
function keyOf(message: Message, me: number): string {
  const { sender_id, client_message_id, id } = message;
  return sender_id === me && client_message_id !== null ? `c${client_message_id}` : `m${id}`;
}

function areTogether(one: Message | undefined, other: Message | undefined): boolean {
  if (!one || !other || one.sender_id !== other.sender_id || other.seq !== one.seq + 1) return false;
  if (dayOf(one.created_at) !== dayOf(other.created_at)) return false;
  return Date.parse(other.created_at) - Date.parse(one.created_at) < TOGETHER_MS;
}

/**
 * Returns the rows of a thread. Messages stand in `seq` order, with day separators and the line before unread ones. Gaps stand where
 * the client holds nothing, and the messages that wait stand last. `unreadFrom` is the first unread `seq`.
 */
export function itemsOf(
  { messages, outbox, hasOlder }: Pick<ConversationView, 'messages' | 'outbox' | 'hasOlder'>,
  me: number,
  unreadFrom: number | undefined,
): Item[] {
  const items: Item[] = [];
  items.push(hasOlder ? { kind: 'older', key: 'older' } : { kind: 'beginning', key: 'beginning' });
  let day = '';
  let isUnreadShown = unreadFrom === undefined;
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    if (before && message.seq > before.seq + 1)
      items.push({ kind: 'gap', key: `g${message.seq}`, after: before.seq, before: message.seq });
    const ofDay = dayOf(message.created_at);
    if (ofDay !== day) items.push({ kind: 'day', key: `d${ofDay}`, at: message.created_at });
    day = ofDay;
    const isUnreadHere = !isUnreadShown && message.seq >= (unreadFrom ?? 0) && message.sender_id !== me;
    if (isUnreadHere) {
      items.push({ kind: 'unread', key: 'unread' });
      isUnreadShown = true;
    }
    items.push({
      kind: 'message',
      key: keyOf(message, me),
      message,
      isFirst: isUnreadHere || !areTogether(before, message),
      isLast: !areTogether(message, after),
    });
  });
  const held = new Set(items.map(({ key }) => key));
  for (const waiting of outbox) {
    const key = `c${waiting.clientMessageId}`;
    if (!held.has(key)) items.push({ kind: 'waiting', key, waiting });
  }
  return items;
}

/** Returns the place of the message with a `seq` among the rows; -1 where the client does not hold it. */
export function indexOfSeq(items: readonly Item[], seq: number): number {
  return items.findIndex((item) => item.kind === 'message' && item.message.seq === seq);
}
