import type { Message } from '@vestnik/contracts';
import type { FaultKind, Finding } from './fault.ts';
import { type Acknowledged, type Ledger, markerOf } from './ledger.ts';
import { faultsOfOrder } from './order.ts';
import type { PlayedConversation } from './played-conversation.ts';

/** Says what is wrong with the history of a conversation, measured by what was acknowledged and read there. */
export function judgeHistory(
  conversation: PlayedConversation,
  history: readonly Message[],
  acknowledged: readonly Acknowledged[],
  ledger: Ledger,
): Finding[] {
  const findings: Finding[] = [];
  const add = (kind: FaultKind, what: string, count = 1) =>
    void findings.push({ kind, what: `conversation ${conversation.id}: ${what}`, count });

  const misplaced = history.filter(({ seq }, index) => seq !== index + 1).length;
  if (misplaced > 0) add('outOfOrder', `seq does not count 1 to ${history.length}`, misplaced);
  const byClientId = Map.groupBy(history, ({ sender_id, client_message_id }) => `${sender_id} ${client_message_id}`);
  for (const { senderId, clientMessageId, content, message } of acknowledged) {
    const [found, ...more] = byClientId.get(`${senderId} ${clientMessageId}`) ?? [];
    if (!found) add('lost', `${clientMessageId} was acknowledged and is not there`);
    else if (found.id !== message.id || found.seq !== message.seq) {
      add('lost', `${clientMessageId} is not as it was acknowledged`);
    } else if (found.content !== content) add('lost', `${clientMessageId} is not worded as it was sent or edited`);
    if (more.length > 0) add('twice', `${clientMessageId} is there ${more.length + 1} times`, more.length);
  }
  const surplus = history.length - acknowledged.length;
  if (surplus > 0) add('wrong', `${surplus} messages that no client sent, or under other ids`, surplus);
  for (const fault of faultsOfOrder(acknowledged)) add('outOfOrder', fault);
  for (const fault of faultsOfReadAt(conversation, history, ledger)) add('wrong', fault);
  return findings;
}

/** A message has a `read_at` when the marker of a user other than its sender has reached it, and only then. */
function faultsOfReadAt({ id, members }: PlayedConversation, history: readonly Message[], ledger: Ledger): string[] {
  // The two furthest markers are enough: of these at least one is not the sender's.
  const furthest = members
    .map(({ userId }) => ({ userId, marker: markerOf(ledger, userId, id) }))
    .toSorted((a, b) => b.marker - a.marker)
    .slice(0, 2);
  return history.flatMap(({ seq, sender_id, read_at }) => {
    const isRead = furthest.some(({ userId, marker }) => userId !== sender_id && marker >= seq);
    if (isRead === (read_at !== null)) return [];
    return [`seq ${seq} is ${isRead ? 'read, but has no read_at' : 'unread, but has a read_at'}`];
  });
}
