import type { SeenMessage } from './holdings.ts';
import { faultsOfOrder } from './order.ts';
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
  /** Acknowledged messages that the history lacks, and stored ones that a client never got. */
  lost: number;
  /** Messages that are in a history under two places, or came twice live on one socket. */
  twice: number;
  /**
   * Places without a message, histories that differ, messages that came live after a later one or stand before one that
   * was acknowledged before they were sent.
   */
  outOfOrder: number;
  /** What else was wrong. */
  wrong: number;
  /** All of it in words. */
  faults: string[];
  /** What of it concerns each client. */
  receivers: ReceiverVerdict[];
}

/** What became of the messages to one client. */
export interface ReceiverVerdict {
  userId: number;
  /** Messages in the client's conversations. */
  due: number;
  delivered: number;
  lost: number;
  twice: number;
  outOfOrder: number;
}

type Call = (method: string, path: string) => Promise<RestReply>;

interface Finding {
  kind: 'lost' | 'twice' | 'outOfOrder' | 'wrong';
  what: string;
  /** How many messages; one unless told otherwise. */
  count?: number;
  /** Whose client it concerns. */
  userId?: number;
}

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
  const findings: Finding[] = [];
  const clients = [...new Set(conversations.flatMap(({ members }) => members))];
  const receivers = new Map(
    clients.map(({ userId }) => [userId, { userId, due: 0, delivered: 0, lost: 0, twice: 0, outOfOrder: 0 }]),
  );
  const unreadByUser = new Map<number, number>();
  const acknowledged = Map.groupBy(ledger.acknowledged, ({ conversationId }) => conversationId);
  let stored = 0;

  async function judgeMember(client: ReconnectingClient, id: number, reference: readonly SeenMessage[]) {
    const { userId } = client;
    const history = await readHistory(await restOf(userId), id);
    if (JSON.stringify(places(history)) !== JSON.stringify(places(reference))) {
      findings.push({ kind: 'outOfOrder', what: `conversation ${id}: user ${userId} sees another history` });
    }
    const delivered = await judgeHolding(client, id, reference, findings);
    const receiver = receivers.get(userId);
    if (receiver) {
      receiver.due += reference.length;
      receiver.delivered += delivered;
    }
    const marker = ledger.markers.get(userId)?.get(id) ?? 0;
    unreadByUser.set(userId, (unreadByUser.get(userId) ?? 0) + reference.length - marker);
  }

  for (const { id, members } of conversations) {
    const reference = await readHistory(await restOf(members[0]?.userId ?? 0), id);
    stored += reference.length;
    findings.push(...judgeHistory(id, reference, acknowledged.get(id) ?? []));
    await Promise.all(members.map((client) => judgeMember(client, id, reference)));
  }
  await Promise.all(clients.map(async (client) => findings.push(...(await judgeClient(client, unreadByUser, restOf)))));

  const sum = (kind: Finding['kind'], userId?: number) =>
    findings
      .filter((finding) => finding.kind === kind && (userId === undefined || finding.userId === userId))
      .reduce((total, { count = 1 }) => total + count, 0);
  for (const receiver of receivers.values()) {
    for (const kind of ['lost', 'twice', 'outOfOrder'] as const) receiver[kind] = sum(kind, receiver.userId);
  }
  return {
    acknowledged: ledger.acknowledged.length,
    stored,
    delivered: [...receivers.values()].reduce((total, { delivered }) => total + delivered, 0),
    lost: sum('lost'),
    twice: sum('twice'),
    outOfOrder: sum('outOfOrder'),
    wrong: sum('wrong'),
    faults: findings.map(({ what }) => what),
    receivers: [...receivers.values()].toSorted((a, b) => a.userId - b.userId),
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

function judgeHistory(id: number, history: readonly SeenMessage[], acknowledged: readonly Acknowledged[]): Finding[] {
  const findings: Finding[] = [];
  const add = (kind: Finding['kind'], what: string, count = 1) =>
    void findings.push({ kind, what: `conversation ${id}: ${what}`, count });

  const misplaced = history.filter(({ seq }, index) => seq !== index + 1).length;
  if (misplaced > 0) add('outOfOrder', `seq does not count 1 to ${history.length}`, misplaced);
  const byClientId = Map.groupBy(history, ({ sender_id, client_message_id }) => `${sender_id} ${client_message_id}`);
  for (const { senderId, clientMessageId, content, message } of acknowledged) {
    const [found, ...more] = byClientId.get(`${senderId} ${clientMessageId}`) ?? [];
    if (!found) add('lost', `${clientMessageId} was acknowledged and is not there`);
    else if (found.id !== message.id || found.seq !== message.seq || found.content !== content) {
      add('lost', `${clientMessageId} is not as it was acknowledged`);
    }
    if (more.length > 0) add('twice', `${clientMessageId} is there ${more.length + 1} times`, more.length);
  }
  const surplus = history.length - acknowledged.length;
  if (surplus > 0) add('wrong', `${surplus} messages that nobody sent, or under other ids`, surplus);
  for (const fault of faultsOfOrder(acknowledged)) add('outOfOrder', fault);
  return findings;
}

/** Returns how many messages of the history the client holds. */
async function judgeHolding(
  client: ReconnectingClient,
  id: number,
  history: readonly SeenMessage[],
  findings: Finding[],
): Promise<number> {
  await until('the client has everything', () => client.holdings.upTo(id) >= history.length, DELIVERY_WITHIN_MS).catch(
    () => undefined,
  );
  const held = client.holdings.of(id);
  const missing = history.filter(({ seq, id: messageId }) => held.get(seq)?.id !== messageId);
  const { userId } = client;
  const told = `conversation ${id}: user ${userId}`;
  if (missing.length > 0) {
    const what = `${told} never got ${missing.length} messages, of seq ${missing[0]?.seq}`;
    findings.push({ kind: 'lost', what, count: missing.length, userId });
  }
  if (held.size > history.length) findings.push({ kind: 'lost', what: `${told} holds what is not in the history` });
  return history.length - missing.length;
}

async function judgeClient(
  client: ReconnectingClient,
  unreadByUser: ReadonlyMap<number, number>,
  restOf: (userId: number) => Promise<Call>,
): Promise<Finding[]> {
  const { userId } = client;
  const findings: Finding[] = client.faults.map((what) => ({ kind: kindOf(what), what, userId }));
  for (const id of client.holdings.holes()) {
    findings.push({ kind: 'wrong', what: `user ${userId}: a hole in conversation ${id} was not followed by resync` });
  }
  const counted = (await (await restOf(userId))('GET', '/unread-count')).data.unread_count;
  const expected = unreadByUser.get(userId);
  if (counted !== expected) {
    findings.push({ kind: 'wrong', what: `user ${userId}: ${counted} unread, not ${expected}` });
  }
  return findings;
}

function kindOf(fault: string): Finding['kind'] {
  if (fault.includes('came live twice')) return 'twice';
  return fault.includes('came live after') ? 'outOfOrder' : 'wrong';
}
