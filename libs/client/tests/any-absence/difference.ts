import { isDeepStrictEqual } from 'node:util';
import type { AccountState, Held } from '../../src/account/state.ts';

/** Says in which way a client's account differs from a fresh one; undefined where it does not. */
export function differenceOf(account: AccountState, fresh: AccountState): object | undefined {
  for (const part of ['order', 'preferences', 'unreadCount', 'mentionCount'] as const) {
    if (!isDeepStrictEqual(account[part], fresh[part])) return { part, is: account[part], due: fresh[part] };
  }
  for (const [id, person] of fresh.people) {
    if (!isDeepStrictEqual(account.people.get(id), person)) return { is: account.people.get(id), due: person };
  }
  for (const held of account.conversations.values()) {
    const difference = differenceOfHeld(held, fresh.conversations.get(held.id));
    if (difference) return { id: held.id, ...difference };
  }
  return undefined;
}

function differenceOfHeld(held: Held, fresh: Held | undefined): object | undefined {
  if (!fresh) return { is: 'held', due: 'unknown' };
  if (!isDeepStrictEqual(held.conversation, fresh.conversation)) {
    return { is: held.conversation, due: fresh.conversation };
  }
  const bySeq = new Map(fresh.messages.map((message) => [message.seq, message]));
  for (const message of held.messages) {
    if (!isDeepStrictEqual(message, bySeq.get(message.seq))) return { is: message, due: bySeq.get(message.seq) };
  }
  const seqs = new Set(held.messages.map(({ seq }) => seq));
  for (let seq = held.floor; seq <= fresh.conversation.head_seq; seq += 1) {
    if (!seqs.has(seq)) return { is: 'missing', due: bySeq.get(seq), floor: held.floor };
  }
  const [is, due] = [movedMarkers(held), movedMarkers(fresh)];
  return isDeepStrictEqual(is, due) ? undefined : { is, due };
}

/** The markers that are not at the beginning: an answer may leave out others. */
function movedMarkers({ markers }: Held) {
  return new Map([...markers].filter(([, { read_seq, delivered_seq }]) => read_seq + delivered_seq > 0));
}
