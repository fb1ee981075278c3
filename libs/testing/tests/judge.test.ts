import { describe, expect, test } from '@jest/globals';
import type { Message } from '@vestnik/contracts';
import { createClientFigures } from '../src/client-figures.ts';
import type { Fault } from '../src/fault.ts';
import { createHoldings } from '../src/holdings.ts';
import { createLedger, type Ledger } from '../src/ledger.ts';
import type { ListedConversation, PatientRest } from '../src/patient-rest.ts';
import type { ReconnectingClient } from '../src/reconnecting-client.ts';
import { judge } from '../src/verdict.ts';

const CONVERSATION = 7;
const [ANNA, BORIS] = [1, 2];

/** The nth message of the conversation; Anna writes, and Boris has read the first two of three. */
function message(seq: number, other: Partial<Message> = {}): Message {
  return {
    id: 100 + seq,
    conversation_id: CONVERSATION,
    seq,
    version: 1,
    sender_id: ANNA,
    client_message_id: `text-${seq}`,
    type: 'text',
    content: `text ${seq}`,
    attachments: [],
    mentions: [],
    pinned_at: null,
    reply_to_id: null,
    reactions: [],
    created_at: '2026-01-12T12:00:00.000Z',
    edited_at: null,
    deleted_at: null,
    read_at: seq <= 2 ? '2026-01-12T12:01:00.000Z' : null,
    ...other,
  };
}

const HISTORY = [1, 2, 3].map((seq) => message(seq));

function ledgerOf(history: readonly Message[]): Ledger {
  const ledger = createLedger();
  for (const [index, each] of history.entries()) {
    const { client_message_id, conversation_id, sender_id, content } = each;
    ledger.acknowledged.push({
      clientMessageId: client_message_id ?? '',
      conversationId: conversation_id,
      senderId: sender_id,
      content: content ?? '',
      message: each,
      startedAt: index * 10,
      acknowledgedAt: index * 10 + 5,
    });
  }
  ledger.markers.set(ANNA, new Map([[CONVERSATION, 3]]));
  ledger.markers.set(BORIS, new Map([[CONVERSATION, 2]]));
  return ledger;
}

/** A client that got these messages live, one after the other, and then left, so that nobody waits for more. */
function clientOf(userId: number, live: readonly Message[]): ReconnectingClient {
  const faults: Fault[] = [];
  const holdings = createHoldings({ onFault: (fault) => void faults.push(fault), onFirst: () => undefined });
  for (const each of live) holdings.take(each, 'live');
  const none = async () => undefined;
  return {
    userId,
    name: `user ${userId}`,
    holdings,
    faults,
    figures: createClientFigures(),
    account: undefined,
    isLive: () => false,
    isClosed: () => true,
    arrive: none,
    follow: () => undefined,
    ask: none,
    tell: () => undefined,
    send: async () => HISTORY[0] as Message,
    cut: () => undefined,
    moveTo: () => undefined,
    sync: async () => 0,
    close: none,
  };
}

interface Told {
  history: readonly Message[];
  entry: Partial<ListedConversation>;
  unread: number;
  /** What Boris got live. */
  live: readonly Message[];
}

/** The verdict when Boris is told this; Anna is told what is true. */
async function judged(told: Partial<Told>) {
  const seen = { history: HISTORY, entry: {}, unread: 1, live: HISTORY, ...told };
  const restOf = async (userId: number): Promise<PatientRest> => {
    const isBoris = userId === BORIS;
    const listed: ListedConversation = {
      id: CONVERSATION,
      type: 'direct',
      name: null,
      participants: [ANNA, BORIS],
      last_message_id: 103,
      unread_count: isBoris ? 1 : 0,
      ...(isBoris && seen.entry),
    };
    return {
      createGroup: async () => listed,
      openDirect: async () => listed,
      conversations: async () => [listed],
      history: async () => [...(isBoris ? seen.history : HISTORY)],
      search: async () => ({ messages: [], highlights: {}, next_cursor: null }),
      unreadCount: async () => (isBoris ? seen.unread : 0),
    };
  };
  const members = [clientOf(BORIS, seen.live), clientOf(ANNA, HISTORY)];
  return judge(ledgerOf(HISTORY), [{ id: CONVERSATION, members }], restOf);
}

test('a promise that was kept is found kept', async () => {
  expect(await judged({})).toMatchObject({
    stored: 3,
    delivered: 6,
    lost: 0,
    twice: 0,
    outOfOrder: 0,
    wrong: 0,
    faults: [],
  });
});

const with3 = (other: Partial<Message>) => [...HISTORY.slice(0, 2), message(3, other)];

describe('whatever breaks the promise is found', () => {
  test.each<[what: string, told: Partial<Told>, kind: object, fault: string]>([
    [
      'a read_at before anybody read',
      { history: with3({ read_at: '2026-01-12T12:02:00.000Z' }) },
      { wrong: 2 },
      'seq 3 is unread, but has a read_at',
    ],
    [
      'other words',
      { history: with3({ content: 'forged' }) },
      { lost: 1, wrong: 1 },
      'text-3 is not worded as it was sent',
    ],
    ['a shorter history', { history: HISTORY.slice(0, 2) }, { lost: 3 }, 'text-3 was acknowledged and is not there'],
    ['a wrong count in the list', { entry: { unread_count: 2 } }, { wrong: 1 }, '2 unread, not 1'],
    [
      'another newest message in the list',
      { entry: { last_message_id: 102 } },
      { wrong: 1 },
      'the list has it end with 102, not 103',
    ],
    ['a list without the conversation', { entry: { id: 8 } }, { wrong: 1 }, 'is not listed'],
    ['a wrong count of all', { unread: 5 }, { wrong: 1 }, '5 unread in all, not 1'],
    ['a message twice', { live: [...HISTORY, message(3)] }, { twice: 1 }, 'seq 3 came live twice'],
    [
      'a late message twice',
      { live: [message(1), message(3), message(2), message(2)] },
      { outOfOrder: 1, twice: 1 },
      'seq 2 came live twice',
    ],
    [
      'a message late',
      { live: [message(1), message(3), message(2)] },
      { outOfOrder: 1, wrong: 1 },
      'seq 2 came live after seq 3',
    ],
    ['a gap', { live: [message(1), message(3)] }, { lost: 1, wrong: 1 }, 'never got 1 messages, of seq 2'],
  ])('%s', async (_, told, kind, fault) => {
    const verdict = await judged(told);
    expect(verdict).toMatchObject(kind);
    expect(verdict.faults.join('\n')).toContain(fault);
  });
});
