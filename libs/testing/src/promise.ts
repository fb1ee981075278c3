import type { SeenMessage } from './holdings.ts';
import type { ReconnectingClient } from './reconnecting-client.ts';
import type { RestReply } from './rest-client.ts';
import type { Acknowledged, Ledger, PlayedConversation } from './traffic.ts';
import { until } from './until.ts';

/** How the promise was kept, seen from outside. Everything but the first three is zero when it was. */
export interface Verdict {
  acknowledged: number;
  /** Messages in the histories. */
  stored: number;
  /** Messages that clients hold, over all of them. */
  delivered: number;
  /** Acknowledged messages that a participant's history lacks, and stored ones that a client never got. */
  lost: number;
  /** Messages that are in a history under two places, or came twice live on one socket. */
  twice: number;
  /** Places without a message, histories that differ, messages before one that was acknowledged before they were sent. */
  outOfOrder: number;
  /** What else was wrong. */
  wrong: number;
  /** All of it in words. */
  faults: string[];
}

type Call = (method: string, path: string) => Promise<RestReply>;

const PAGE = 100;
/** How long clients have to get what is theirs, in milliseconds. */
const DELIVERY_WITHIN_MS = 20_000;

/**
 * Judges from outside whether the promise was kept: every acknowledged message in every participant's history exactly
 * once, in one order, `seq` without holes; every client holds what the history has; unread counts follow from the
 * markers. To be called when nothing is being sent.
 */
export async function judge(
  ledger: Ledger,
  conversations: readonly PlayedConversation[],
  restOf: (userId: number) => Promise<Call>,
): Promise<Verdict> {
  const faults = { lost: [] as string[], twice: [] as string[], outOfOrder: [] as string[], wrong: [] as string[] };
  const clients = [...new Set(conversations.flatMap(({ members }) => members))];
  const unreadByUser = new Map<number, number>();
  let stored = 0;
  let delivered = 0;

  for (const { id, members } of conversations) {
    const reference = await readHistory(await restOf(members[0]?.userId ?? 0), id);
    stored += reference.length;
    const own = ledger.acknowledged.filter(({ conversationId }) => conversationId === id);
    judgeHistory(id, reference, own, faults);
    if (reference.length > own.length) {
      faults.wrong.push(
        `conversation ${id}: ${reference.length - own.length} messages that nobody sent, or under other ids`,
      );
    }
    for (const client of members) {
      const history = await readHistory(await restOf(client.userId), id);
      if (JSON.stringify(places(history)) !== JSON.stringify(places(reference))) {
        faults.outOfOrder.push(`conversation ${id}: user ${client.userId} sees another history`);
      }
      delivered += await judgeHolding(client, id, reference, faults.lost);
      const marker = ledger.markers.get(client.userId)?.get(id) ?? 0;
      unreadByUser.set(client.userId, (unreadByUser.get(client.userId) ?? 0) + reference.length - marker);
    }
  }

  for (const client of clients) {
    faults.twice.push(...client.faults.filter((fault) => fault.includes('came live after')));
    faults.wrong.push(...client.faults.filter((fault) => !fault.includes('came live after')));
    for (const id of client.holdings.holes()) {
      faults.wrong.push(`user ${client.userId}: a hole in conversation ${id} was not followed by resync`);
    }
    const counted = (await (await restOf(client.userId))('GET', '/unread-count')).data.unread_count;
    const expected = unreadByUser.get(client.userId);
    if (counted !== expected) faults.wrong.push(`user ${client.userId}: ${counted} unread, not ${expected}`);
  }

  const { lost, twice, outOfOrder, wrong } = faults;
  return {
    acknowledged: ledger.acknowledged.length,
    stored,
    delivered,
    lost: lost.length,
    twice: twice.length,
    outOfOrder: outOfOrder.length,
    wrong: wrong.length,
    faults: [...lost, ...twice, ...outOfOrder, ...wrong],
  };
}

async function readHistory(call: Call, conversationId: number): Promise<SeenMessage[]> {
  const all: SeenMessage[] = [];
  for (;;) {
    const path = `/conversations/${conversationId}/messages?limit=${PAGE}&after=${all.at(-1)?.seq ?? 0}`;
    // A service that has just come back may refuse for a moment.
    const { data } = await until(`GET ${path} is answered`, async () => {
      const reply = await call('GET', path);
      return reply.status === 200 && reply;
    });
    all.push(...data.messages);
    if (data.messages.length < PAGE) return all;
  }
}

function places(history: readonly SeenMessage[]): [number, number][] {
  return history.map(({ seq, id }) => [seq, id]);
}

function judgeHistory(
  id: number,
  history: readonly SeenMessage[],
  acknowledged: readonly Acknowledged[],
  faults: { lost: string[]; twice: string[]; outOfOrder: string[] },
): void {
  const holes = history.filter(({ seq }, index) => seq !== index + 1).length;
  if (holes > 0) faults.outOfOrder.push(`conversation ${id}: seq does not count 1 to ${history.length}`);
  const byClientId = Map.groupBy(history, ({ sender_id, client_message_id }) => `${sender_id} ${client_message_id}`);
  for (const { senderId, clientMessageId, content, message } of acknowledged) {
    const [found, ...more] = byClientId.get(`${senderId} ${clientMessageId}`) ?? [];
    if (!found) faults.lost.push(`conversation ${id}: ${clientMessageId} was acknowledged and is not there`);
    else if (found.id !== message.id || found.seq !== message.seq || found.content !== content) {
      faults.lost.push(`conversation ${id}: ${clientMessageId} is not as it was acknowledged`);
    }
    if (more.length > 0) faults.twice.push(`conversation ${id}: ${clientMessageId} is there ${more.length + 1} times`);
  }
  faults.outOfOrder.push(...faultsOfOrder(acknowledged).map((fault) => `conversation ${id}: ${fault}`));
}

/** What was acknowledged before something else was sent stands before it, whoever sent the two. */
function faultsOfOrder(acknowledged: readonly Acknowledged[]): string[] {
  const byEnd = acknowledged.toSorted((a, b) => a.acknowledgedAt - b.acknowledgedAt);
  const faults: string[] = [];
  let ended = 0;
  let newest: Acknowledged | undefined;
  for (const sent of acknowledged.toSorted((a, b) => a.startedAt - b.startedAt)) {
    for (let next = byEnd[ended]; next && next.acknowledgedAt < sent.startedAt; next = byEnd[ended]) {
      if (next.message.seq > (newest?.message.seq ?? 0)) newest = next;
      ended += 1;
    }
    if (newest && newest.message.seq > sent.message.seq) {
      faults.push(`${sent.clientMessageId} stands before ${newest.clientMessageId}, acknowledged before it was sent`);
    }
  }
  return faults;
}

/** Returns how many messages the client holds. */
async function judgeHolding(
  client: ReconnectingClient,
  id: number,
  history: readonly SeenMessage[],
  lost: string[],
): Promise<number> {
  await until('the client has everything', () => client.holdings.upTo(id) >= history.length, DELIVERY_WITHIN_MS).catch(
    () => undefined,
  );
  const held = client.holdings.of(id);
  const missing = history.filter(({ seq, id: messageId }) => held.get(seq)?.id !== messageId);
  if (missing.length > 0) {
    lost.push(
      `conversation ${id}: user ${client.userId} never got ${missing.length} messages, of seq ${missing[0]?.seq}`,
    );
  }
  if (held.size > history.length)
    lost.push(`conversation ${id}: user ${client.userId} holds what is not in the history`);
  return held.size;
}
