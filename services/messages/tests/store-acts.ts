import fc from 'fast-check';

/** The members of two conversations. The service does not know the third one, and user 4 is in none. */
export const MEMBERS = [
  [1, 2, 3],
  [2, 3],
];
const UNHEARD_OF = 2;

const place = fc.constantFrom(0, 0, 0, 1, 1, UNHEARD_OF);
/** A send, a marker that moves, or somebody who leaves and comes back. */
export const act = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      place,
      user: fc.integer({ min: 1, max: 4 }),
      clientId: fc.option(fc.constantFrom('x', 'y', 'z')),
      // Of those that are stored; -1 is none that there is.
      replyTo: fc.option(fc.integer({ min: -1, max: 5 })),
      content: fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\0'))),
      attachments: fc.array(fc.record({ url: fc.webUrl(), name: fc.string({ unit: 'grapheme-ascii' }) }), {
        maxLength: 2,
      }),
      mentions: fc.oneof(
        { weight: 4, arbitrary: fc.constant<number[]>([]) },
        { weight: 1, arbitrary: fc.constant('all' as const) },
        { weight: 1, arbitrary: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }) },
      ),
      marksRead: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('read' as const), place, user: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('change' as const), without: fc.integer({ min: 1, max: 4 }) }),
  },
);

export type Act = typeof act extends fc.Arbitrary<infer Each> ? Each : never;
