import { atOnce } from './at-once.ts';
import type { FaultKind, Finding } from './fault.ts';
import { countHeld, judgeClient, type Side } from './judge-client.ts';
import { judgeHistory } from './judge-history.ts';
import type { Ledger } from './ledger.ts';
import type { PatientRest } from './patient-rest.ts';
import { type PlayedConversation, untilHeld } from './played-conversation.ts';
import type { ReconnectingClient } from './reconnecting-client.ts';

/** How the promise was kept, seen from outside. Everything but the first three is zero when it was. */
export interface Verdict {
  acknowledged: number;
  /** Messages in the histories. */
  stored: number;
  /** Messages that clients hold, over all of them. */
  delivered: number;
  /** Acknowledged messages that the history lacks, and stored ones that a client never got. */
  lost: number;
  /** Messages that are in a history under two places, or came twice live on one socket. */
  twice: number;
  /**
   * Places without a message, histories that differ, messages that came live after a later one or stand before one that
   * was acknowledged before they were sent.
   */
  outOfOrder: number;
  /** Everything else that was wrong. */
  wrong: number;
  /** All of it in words. */
  faults: string[];
  /** The part that concerns each client. */
  receivers: ReceiverVerdict[];
}

/** How the messages of one client arrived. */
export interface ReceiverVerdict {
  userId: number;
  /** Messages in the client's conversations. */
  due: number;
  delivered: number;
  lost: number;
  twice: number;
  outOfOrder: number;
}

/** Of conversations and of clients, how many are judged at the same time. */
const AT_ONCE = 8;
/** How long clients have to get what is theirs, in milliseconds. */
const DELIVERY_WITHIN_MS = 20_000;

/**
 * Judges from outside whether the promise was kept. Every acknowledged message is in every participant's history exactly
 * once, in one order, with `seq` without gaps. Every client holds the whole history. `read_at`, unread counts and the list of
 * conversations agree with the messages and the markers. To be called when nothing is being sent.
 */
export async function judge(
  ledger: Ledger,
  conversations: readonly PlayedConversation[],
  restOf: (userId: number) => Promise<PatientRest>,
): Promise<Verdict> {
  const findings: Finding[] = [];
  const sides = new Map<ReconnectingClient, Side[]>();
  const heads = new Map<number, number>();
  const acknowledged = Map.groupBy(ledger.acknowledged, ({ conversationId }) => conversationId);

  await atOnce(AT_ONCE, conversations, async (conversation) => {
    const { id, members } = conversation;
    const history = await (await restOf(members[0]?.userId ?? 0)).history(id);
    heads.set(id, history.length);
    findings.push(...judgeHistory(conversation, history, acknowledged.get(id) ?? [], ledger));
    for (const client of members) sides.set(client, [...(sides.get(client) ?? []), { conversationId: id, history }]);
  });
  // A message that a client lacks after that is found where the holdings are judged.
  await untilHeld(conversations, heads, DELIVERY_WITHIN_MS).catch(() => undefined);
  await atOnce(AT_ONCE, sides, async ([client, own]) => {
    findings.push(...(await judgeClient(client, own, ledger, await restOf(client.userId))));
  });

  const sum = (kind: FaultKind, userId?: number) =>
    findings
      .filter((finding) => finding.kind === kind && (userId === undefined || finding.userId === userId))
      .reduce((total, { count = 1 }) => total + count, 0);
  const receivers = [...sides].map(([client, own]): ReceiverVerdict => {
    const { userId } = client;
    return {
      userId,
      due: own.reduce((total, { history }) => total + history.length, 0),
      delivered: own.reduce((total, side) => total + countHeld(client, side), 0),
      lost: sum('lost', userId),
      twice: sum('twice', userId),
      outOfOrder: sum('outOfOrder', userId),
    };
  });
  return {
    acknowledged: ledger.acknowledged.length,
    stored: [...heads.values()].reduce((total, head) => total + head, 0),
    delivered: receivers.reduce((total, { delivered }) => total + delivered, 0),
    lost: sum('lost'),
    twice: sum('twice'),
    outOfOrder: sum('outOfOrder'),
    wrong: sum('wrong'),
    faults: findings.map(({ what }) => what),
    receivers: receivers.toSorted((a, b) => a.userId - b.userId),
  };
}
