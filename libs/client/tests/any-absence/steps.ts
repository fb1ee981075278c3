import fc from 'fast-check';

/** Users who act. The client that is away at times belongs to the first of them; the last one owns most groups. */
export const PEOPLE = 4;
/** Conversations from the beginning: a group of all, one without the first user, one that the first user owns, a direct one. */
export const PLACES = 4;

const pick = fc.nat({ max: 1_000 });
const deedOf = <Kind extends string>(weight: number, kind: Kind) => ({
  weight,
  arbitrary: fc.record({
    kind: fc.constant(kind),
    user: fc.nat({ max: PEOPLE - 1 }),
    place: fc.nat({ max: PLACES - 1 }),
    /** Chooses a message, another user, a name. */
    pick,
    door: fc.constantFrom('native' as const, 'socket.io' as const, 'rest' as const),
  }),
});

/** A deed of one of the users in one of the conversations. The server may refuse it: a user may have left meanwhile. */
const deed = fc.oneof(
  deedOf(6, 'send'),
  deedOf(2, 'send automatic'),
  deedOf(2, 'edit'),
  deedOf(2, 'delete'),
  deedOf(2, 'react'),
  deedOf(1, 'take back'),
  deedOf(1, 'pin'),
  deedOf(1, 'unpin'),
  deedOf(4, 'read'),
  deedOf(1, 'rename'),
  deedOf(1, 'remove'),
  deedOf(2, 'leave'),
  deedOf(4, 'add'),
  deedOf(1, 'mute'),
);

/** One step of a run: deeds that happen side by side, something that a client of the first user does, or a change of its network. */
export const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('deeds' as const),
      deeds: fc.array(deed, { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('sync' as const),
      limit: fc.integer({ min: 1, max: 5 }),
      messages: fc.nat({ max: 6 }),
      isTakenTwice: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('come' as const),
      gateway: fc.nat({ max: 1 }),
      door: fc.constantFrom('native' as const, 'socket.io' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('go' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hear' as const), order: fc.array(pick, { maxLength: 20 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('network' as const),
      weather: fc.constantFrom('cut' as const, 'hold' as const, 'mend' as const, 'mend' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('write' as const), place: fc.nat({ max: PLACES - 1 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reload' as const) }) },
);

export type Deed = typeof deed extends fc.Arbitrary<infer Each> ? Each : never;
export type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;
