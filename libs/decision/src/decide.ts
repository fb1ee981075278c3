import { PARTNER_RULES, type PartnerRule } from '@vestnik/contracts';
import type { Act, Contract, Decision, Facts, Side } from './facts.ts';

/**
 * Decides whether one person may do something that concerns another. The strictest of the installation, both policies, blocks
 * and the contract holds. Of several reasons the answer is the one that stands first here: `blocked`, `severed`,
 * `needs_contract`, `policy`, `ask`.
 */
export function decide(facts: Facts, act: Act): Decision {
  const { actor, other, contract } = facts;
  if (isBlocked(actor, other, act)) return 'blocked';
  if (isOneCompany(actor, other)) return 'allowed';
  if (contract?.state === 'severed') return 'severed';
  const rule = strictest(facts.installation, actor.rule, other.rule);
  if (contract?.state === 'active') return allowsBy(contract, act) ? 'allowed' : 'policy';
  if (rule === 'contract') return 'needs_contract';
  if (act === 'invite') return 'policy';
  return rule === 'consent' && ASKED_FIRST.has(act) ? 'ask' : 'allowed';
}

/** The acts that the other person accepts first under the rule `consent`. The others follow from what was accepted. */
const ASKED_FIRST: ReadonlySet<Act> = new Set<Act>(['direct', 'add']);

/** Returns the strictest of some rules; an absent rule adds nothing. */
export function strictest(...rules: (PartnerRule | undefined)[]): PartnerRule {
  return PARTNER_RULES.findLast((rule) => rules.includes(rule)) ?? 'open';
}

/**
 * A block closes the direct conversation for both, and neither adds the other to a group. It hides the side that blocks, and
 * leaves groups that both are in as they are.
 */
function isBlocked(actor: Side, other: Side, act: Act): boolean {
  if (act === 'share' || act === 'invite') return false;
  return act === 'see' ? other.blocks : other.blocks || actor.blocks;
}

function isOneCompany(actor: Side, other: Side): boolean {
  return actor.companyId !== null && actor.companyId === other.companyId;
}

/** A contract in force stands in for consent, and allows what its terms name. */
function allowsBy({ terms }: Contract, act: Act): boolean {
  switch (act) {
    case 'direct':
      return terms.direct;
    case 'add':
    case 'share':
      return terms.groups;
    case 'invite':
      return terms.groups && terms.invite;
    case 'see':
      return terms.direct || terms.groups;
  }
}
