import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reduce } from '../../src/account/reduce.ts';
import { type AccountState, type EarlyEvent, EMPTY } from '../../src/account/state.ts';
import type { Changes } from '../../src/protocol/changes.ts';
import { createServedAccount, type Deed, ME, type ServedAccount } from './served-account.ts';

const signedIn: AccountState = { ...EMPTY, userId: ME, companyId: 1 };
const event = (state: AccountState, one: EarlyEvent) => reduce(state, { type: 'event', event: one });
const changes = (state: AccountState, one: Changes) => reduce(state, { type: 'changes', changes: one });

/** Asks until there is no more. */
function catchUp(state: AccountState, served: ServedAccount, messagesPerConversation: number): AccountState {
  for (let current = state; ; ) {
    const answer = served.answer(current.cursor, messagesPerConversation);
    current = changes(current, answer);
    if (!answer.has_more) return current;
  }
}

/** Returns the parts by which two clients can be compared: all but the messages. */
function shown({ conversations, order, unreadCount, mentionCount }: AccountState) {
  const views = [...conversations.values()].map(({ conversation, markers }) => ({
    conversation,
    markers: [...markers.values()]
      .filter(({ read_seq, delivered_seq }) => read_seq + delivered_seq > 0)
      .sort((a, b) => a.user_id - b.user_id),
  }));
  return { views: views.sort((a, b) => a.conversation.id - b.conversation.id), order, unreadCount, mentionCount };
}

/** Returns the parts that a client knows from events alone: without the markers that move without one, over the reader's own messages. */
function heard(state: AccountState) {
  const { views, ...rest } = shown(state);
  return { ...rest, conversations: views.map(({ conversation: { read_seq: _, ...conversation } }) => conversation) };
}

/** Expects that every held message is the server's, and that none is missing from the floor on. */
function expectRightMessages(state: AccountState, served: ServedAccount): void {
  for (const { id, messages, floor } of state.conversations.values()) {
    const kept = served.messagesOf(id);
    expect(messages).toEqual(messages.map(({ seq }) => kept[seq - 1]));
    expect(messages.filter(({ seq }) => seq >= floor).map(({ seq }) => seq)).toEqual(
      kept.slice(floor - 1).map(({ seq }) => seq),
    );
  }
}

const conversation = fc.integer({ min: 1, max: 3 });
const user = fc.integer({ min: 1, max: 3 });
const back = fc.integer({ min: 0, max: 6 });
const aDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('create' as const), conversation }) },
  {
    weight: 5,
    arbitrary: fc.record({
      deed: fc.constant('send' as const),
      conversation,
      user,
      mentions: fc.subarray([1, 2, 3]),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ deed: fc.constantFrom('edit', 'delete', 'react', 'pin'), conversation, user, back }),
  },
  { weight: 3, arbitrary: fc.record({ deed: fc.constantFrom('read', 'deliver'), conversation, user, back }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('rename' as const), conversation }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constantFrom('leave', 'join'), conversation, user }) },
);

const begin: Deed[] = [1, 2].map((id) => ({ deed: 'create', conversation: id }));

describe('the account', () => {
  test('is the same after live events in any order, each of them once or more often', () => {
    const steady = aDeed.filter(({ deed }) => deed !== 'leave' && deed !== 'join');
    fc.assert(
      fc.property(
        fc.array(steady, { maxLength: 60, size: 'max' }),
        fc.array(fc.nat(1_000), { minLength: 50, maxLength: 50 }),
        fc.nat(5),
        (deeds, chance, per) => {
          const served = createServedAccount();
          for (const deed of begin) served.do(deed);
          const start = catchUp(signedIn, served, per);
          const events = deeds.flatMap((deed) => served.do(deed));
          const inOrder = events.reduce(event, start);
          const often = events.flatMap((one, place) => (place % 3 === 0 ? [one, one] : [one]));
          const shuffled = often
            .map((one, place) => ({ one, at: chance[(place * 7) % 50] ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ one }) => one);
          const mixed = shuffled.reduce(event, start);
          expect(shown(mixed)).toEqual(shown(inOrder));
          const heldOf = ({ conversations }: AccountState) =>
            [...conversations.values()].map(({ id, messages }) => [id, messages]).sort();
          expect(heldOf(mixed)).toEqual(heldOf(inOrder));
          expectRightMessages(mixed, served);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('forgets what a newer description of a conversation no longer has', () => {
    const served = createServedAccount();
    for (const deed of begin) served.do(deed);
    const start = catchUp(signedIn, served, 1);
    const [renamed] = served.do({ deed: 'rename', conversation: 1 });
    const [again] = served.do({ deed: 'rename', conversation: 1 });
    if (renamed?.name !== 'conversation_updated' || again?.name !== 'conversation_updated')
      throw new Error('no rename');
    const late = { history_from_join: [3] };
    const told = { ...renamed, data: { conversation: { ...renamed.data.conversation, ...late } } };
    const held = event(start, told);
    expect(held.conversations.get(1)?.conversation).toMatchObject(late);
    const due = catchUp(signedIn, served, 1).conversations.get(1)?.conversation;
    expect(event(held, again).conversations.get(1)?.conversation).toEqual(due);
    expect(catchUp(held, served, 1).conversations.get(1)?.conversation).toEqual(due);
  });

  test('takes no message from a late event that an answer has cut off', () => {
    const served = createServedAccount();
    for (const deed of begin) served.do(deed);
    const start = catchUp(signedIn, served, 1);
    const send: Deed = { deed: 'send', conversation: 1, user: 2, mentions: [] };
    const late = served.do(send);
    served.do({ deed: 'edit', conversation: 1, user: 2, back: 0 });
    served.do(send);
    const cut = catchUp(start, served, 1);
    const after = late.reduce(event, cut);
    expectRightMessages(after, served);
    expect(after.conversations.get(1)?.messages.map(({ seq }) => seq)).toEqual([2]);
  });

  test('is that of a new client after any absence, with live events before, between and after the answers', () => {
    const period = fc.record({
      /** Deeds before the client comes back; the client hears of none. */
      away: fc.array(aDeed, { maxLength: 20, size: 'max' }),
      /** Deeds while the client catches up: it hears of each after `delay` answers. */
      beside: fc.array(fc.record({ deed: aDeed, delay: fc.nat(3) }), { maxLength: 10, size: 'max' }),
      twice: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(period, { maxLength: 5 }), fc.integer({ min: 1, max: 6 }), (periods, per) => {
        const served = createServedAccount();
        for (const deed of begin) served.do(deed);
        let state = catchUp(signedIn, served, per);
        for (const { away, beside, twice } of periods) {
          for (const deed of away) served.do(deed);
          const waiting: { events: EarlyEvent[]; due: number }[] = [];
          let isMore = true;
          for (let round = 0; isMore || waiting.length > 0; round += 1) {
            const answer: Changes | undefined = isMore ? served.answer(state.cursor, per) : undefined;
            // Done after the answer was made, and heard before or after it arrives.
            const next = beside[round];
            if (next) waiting.push({ events: served.do(next.deed), due: round + next.delay });
            const due = waiting.filter((one) => one.due <= round);
            const early = due.filter((_, place) => place % 2 === 0);
            for (const { events } of early) state = events.reduce(event, state);
            if (answer) state = changes(state, answer);
            if (answer && twice) state = changes(state, answer);
            for (const one of due) if (!early.includes(one)) state = one.events.reduce(event, state);
            for (const one of due) waiting.splice(waiting.indexOf(one), 1);
            isMore = answer?.has_more ?? false;
          }
          // Where counts cannot be known from events, the client asks for them.
          const isSure = [...state.conversations.values()].every(({ needsCount }) => !needsCount);
          if (isSure) expect(heard(state)).toEqual(heard(catchUp(signedIn, served, 100)));
          state = catchUp(state, served, per);
          expect(shown(state)).toEqual(shown(catchUp(signedIn, served, 100)));
          expectRightMessages(state, served);
        }
      }),
      { numRuns: 500 },
    );
  });
});
