import { expect, test } from '@jest/globals';
import { PARTNER_RULES, REFUSAL_REASONS } from '@vestnik/contracts';
import fc from 'fast-check';
import {
  ACTS,
  type Act,
  type Contract,
  type Decision,
  decide,
  type Facts,
  type Side,
  strictest,
} from '../src/index.ts';

const rule = fc.constantFrom(...PARTNER_RULES);
const act = fc.constantFrom(...ACTS);
const side: fc.Arbitrary<Side> = fc.record({
  companyId: fc.constantFrom(null, 1, 2),
  rule: fc.option(rule, { nil: undefined }),
  blocks: fc.boolean(),
});
const contract: fc.Arbitrary<Contract> = fc.record({
  state: fc.constantFrom('proposed', 'active', 'severed'),
  terms: fc.record({ direct: fc.boolean(), groups: fc.boolean(), invite: fc.boolean() }),
});
const facts: fc.Arbitrary<Facts> = fc.record({
  installation: rule,
  actor: side,
  other: side,
  contract: fc.option(contract, { nil: undefined }),
});

/** How much a decision allows. */
const allowance = (decision: Decision) => (decision === 'allowed' ? 2 : decision === 'ask' ? 1 : 0);
const turned = ({ actor, other, ...rest }: Facts): Facts => ({ ...rest, actor: other, other: actor });

test('every act has a decision, which is allowed, ask or a reason', () => {
  fc.assert(
    fc.property(facts, act, (given, what) => {
      expect(['allowed', 'ask', ...REFUSAL_REASONS]).toContain(decide(given, what));
    }),
  );
});

test('a decision about a direct conversation, a group and an addition is the same from both sides', () => {
  fc.assert(
    fc.property(facts, fc.constantFrom<Act>('direct', 'share', 'add', 'invite'), (given, what) => {
      expect(decide(turned(given), what)).toBe(decide(given, what));
    }),
  );
});

test('a stricter rule of the installation or of a company never allows more', () => {
  fc.assert(
    fc.property(facts, rule, act, (given, added, what) => {
      const before = allowance(decide(given, what));
      const { actor } = given;
      const stricter = { ...actor, rule: strictest(actor.rule, added) };
      expect(allowance(decide({ ...given, actor: stricter }, what))).toBeLessThanOrEqual(before);
      const installation = strictest(given.installation, added);
      expect(allowance(decide({ ...given, installation }, what))).toBeLessThanOrEqual(before);
    }),
  );
});

test('a block and a severing never allow more, and a severing refuses everything between two companies', () => {
  fc.assert(
    fc.property(facts, contract, act, (given, { terms }, what) => {
      const before = allowance(decide(given, what));
      const blocking = { ...given, other: { ...given.other, blocks: true } };
      expect(allowance(decide(blocking, what))).toBeLessThanOrEqual(before);
      const severed: Facts = { ...given, contract: { state: 'severed', terms } };
      expect(allowance(decide(severed, what))).toBeLessThanOrEqual(before);
      const { actor, other } = given;
      if (actor.companyId === null || actor.companyId !== other.companyId)
        expect(allowance(decide(severed, what))).toBe(0);
    }),
  );
});

test('a person whose company is unknown is an outsider, and inside a company nothing but a block restricts', () => {
  fc.assert(
    fc.property(facts, act, (given, what) => {
      const [actor, other] = [given.actor, given.other].map((one) => ({ ...one, blocks: false })) as [Side, Side];
      const inside = { ...given, actor: { ...actor, companyId: 1 }, other: { ...other, companyId: 1 } };
      expect(decide(inside, what)).toBe('allowed');
      const unknown = { ...given, actor: { ...actor, companyId: null }, other: { ...other, companyId: null } };
      expect(decide(unknown, what)).toBe(decide({ ...unknown, actor: { ...actor, companyId: 7 } }, what));
    }),
  );
});

test('a rule contract refuses without a contract in force, and a contract in force allows what its terms name', () => {
  const sides = {
    actor: { companyId: 1, rule: undefined, blocks: false },
    other: { companyId: 2, rule: undefined, blocks: false },
  };
  const terms = { direct: true, groups: false, invite: false };
  const strict: Facts = { ...sides, installation: 'contract', contract: undefined };
  expect(ACTS.map((what) => decide(strict, what))).toEqual(ACTS.map(() => 'needs_contract'));
  expect(decide({ ...strict, contract: { state: 'proposed', terms } }, 'direct')).toBe('needs_contract');
  const agreed: Facts = { ...strict, contract: { state: 'active', terms } };
  expect([decide(agreed, 'direct'), decide(agreed, 'add'), decide(agreed, 'see')]).toEqual([
    'allowed',
    'policy',
    'allowed',
  ]);
  const consent: Facts = { ...sides, installation: 'consent', contract: undefined };
  expect(ACTS.map((what) => decide(consent, what))).toEqual(['ask', 'ask', 'policy', 'allowed', 'allowed']);
  expect(decide({ ...consent, contract: { state: 'active', terms } }, 'direct')).toBe('allowed');
});
