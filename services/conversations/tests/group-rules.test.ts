import { expect, test } from '@jest/globals';
import { type Conversation, VestnikError } from '@vestnik/contracts';
import fc from 'fast-check';
import { applyChange, type Change } from '../src/domain/change.ts';
import { pairOf } from '../src/domain/direct-pair.ts';
import { addToGroup, participantsOfGroup, removeFromGroup, renameGroup } from '../src/domain/group-rules.ts';
import type { Companies } from '../src/domain/inheritance.ts';

const GROUP_SIZE = 6;
/** No participant's company is known. */
const NOBODY: Companies = { companyOf: new Map(), trustsUnknown: true };
const joining = (userIds: number[]) => ({ joining: userIds, invited: [] });
const person = fc.integer({ min: 1, max: 9 });
const people = fc.array(person, { maxLength: 8 });

type Rule = (group: Conversation) => Change | undefined;

/** One request, with its caller. */
const request: fc.Arbitrary<{ invitations: number; rule: Rule }> = fc.oneof(
  fc.record({ invitations: person, name: fc.constantFrom('Tea', 'Coffee') }).map(({ invitations, name }) => ({
    invitations,
    rule: (group: Conversation) => renameGroup(group, { user_id: invitations }, name),
  })),
  fc.record({ invitations: person, added: people }).map(({ invitations, added }) => ({
    invitations,
    rule: (group: Conversation) => addToGroup(group, { user_id: invitations }, joining(added), GROUP_SIZE, false),
  })),
  fc.record({ invitations: person, removed: person }).map(({ invitations, removed }) => ({
    invitations,
    rule: (group: Conversation) => removeFromGroup(group, { user_id: invitations }, removed, NOBODY),
  })),
);

function newGroup(ownerId: number, others: number[]): Conversation {
  const participants = participantsOfGroup(ownerId, others, GROUP_SIZE);
  const at = new Date(0).toISOString();
  return {
    id: 1,
    type: 'group',
    name: 'Tea',
    owner_id: ownerId,
    company_id: null,
    state: 'active',
    participants,
    version: 1,
    created_at: at,
    updated_at: at,
  };
}

/** Returns the group after the rule, or the code of the rule's refusal. */
function attempt(group: Conversation, rule: Rule): Conversation | string {
  try {
    const change = rule(group);
    return change ? applyChange(group, change, new Date(1)) : group;
  } catch (error) {
    if (error instanceof VestnikError) return error.code;
    throw error;
  }
}

test('after any requests of anybody: owner inside, nobody twice, size kept, versions grow by one, order of joining kept', () => {
  fc.assert(
    fc.property(
      person,
      fc.array(person, { minLength: 1, maxLength: 5 }),
      fc.array(request),
      (owner, others, requests) => {
        fc.pre(others.some((other) => other !== owner));
        let group = newGroup(owner, others);
        for (const { invitations, rule } of requests) {
          const after = attempt(group, rule);
          if (typeof after === 'string') {
            expect(['forbidden', 'invalid', 'not_found']).toContain(after);
            continue;
          }
          if (after === group) continue;
          expect(group.participants).toContain(invitations);
          expect(after.version).toBe(group.version + 1);
          expect(new Set(after.participants).size).toBe(after.participants.length);
          expect(after.participants.length).toBeLessThanOrEqual(GROUP_SIZE);
          if (after.participants.length === 0) expect(after.owner_id).toBeNull();
          else expect(after.participants).toContain(after.owner_id);
          const stayed = group.participants.filter((id) => after.participants.includes(id));
          expect(after.participants.slice(0, stayed.length)).toEqual(stayed);
          const ownerStays = group.owner_id !== null && after.participants.includes(group.owner_id);
          expect(after.owner_id).toBe(ownerStays ? group.owner_id : (after.participants[0] ?? null));
          group = after;
        }
      },
    ),
  );
});

test('a user who is neither the owner nor the leaving participant changes nothing', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(person, { minLength: 2, maxLength: 6 }),
      person,
      people,
      person,
      (members, invitations, added, gone) => {
        const [owner = 0, ...others] = members;
        fc.pre(invitations !== owner && invitations !== gone);
        const group = newGroup(owner, others);
        expect(attempt(group, (before) => renameGroup(before, { user_id: invitations }, 'Mine'))).toBe('forbidden');
        expect(
          attempt(group, (before) => addToGroup(before, { user_id: invitations }, joining(added), GROUP_SIZE, false)),
        ).toBe('forbidden');
        expect(attempt(group, (before) => removeFromGroup(before, { user_id: invitations }, gone, NOBODY))).toBe(
          'forbidden',
        );
      },
    ),
  );
});

test('a pair is the same whichever of the two invitations', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.integer({ min: 1 }), (one, other) => {
      fc.pre(one !== other);
      expect(pairOf(one, other)).toEqual(pairOf(other, one));
      expect(pairOf(one, other).low).toBeLessThan(pairOf(one, other).high);
    }),
  );
});
