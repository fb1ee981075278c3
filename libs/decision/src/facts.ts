import type { ContractState, ContractTerms, PartnerRule, RefusalReason } from '@vestnik/contracts';

/** One of the two sides: a person and the person's company. */
export interface Side {
  /** Null for a person whose company is not known yet. Such a person is an outsider for everybody. */
  companyId: number | null;
  /** The rule that the company has set for itself. */
  rule: PartnerRule | undefined;
  /** This person, or this person's company, blocks the other side. */
  blocks: boolean;
}

/** A contract between the companies of the two sides. */
export interface Contract {
  state: ContractState;
  terms: ContractTerms;
}

/** Everything that a decision depends on. */
export interface Facts {
  /** The rule of the installation (`PARTNERS`). */
  installation: PartnerRule;
  /** The person who acts. */
  actor: Side;
  /** The person whom the act concerns. */
  other: Side;
  contract: Contract | undefined;
}

/**
 * An act of one person that concerns another.
 *
 * - `direct`: starts a direct conversation, or sends into one.
 * - `add`: adds the other person to a group.
 * - `invite`: adds people to a group of the other person's company.
 * - `share`: sends into a group that both are in.
 * - `see`: sees presence, typing and receipts of the other person.
 */
export type Act = 'direct' | 'add' | 'invite' | 'share' | 'see';

/** Every act. */
export const ACTS = ['direct', 'add', 'invite', 'share', 'see'] as const satisfies readonly Act[];

/** The act is allowed, allowed once the other person has accepted (`ask`), or refused for a reason. */
export type Decision = 'allowed' | 'ask' | RefusalReason;
