import type { RefusalReason } from '@vestnik/contracts';

/** The rules between companies, from the least strict to the strictest. */
export const PARTNER_RULES = ['open', 'consent', 'contract'] as const;

/**
 * A rule between companies.
 *
 * - `open`: Every user may write to every user.
 * - `consent`: The addressee accepts first.
 * - `contract`: Both companies agree first.
 */
export type PartnerRule = (typeof PARTNER_RULES)[number];

/** The rules that one company has for itself. A company without one follows the installation. */
export interface Policy {
  partners?: PartnerRule | undefined;
}

/** One of the two sides: a person and the person's company. */
export interface Side {
  /** Null for a person whose company is not known yet. Such a person is an outsider for everybody. */
  companyId: number | null;
  policy: Policy;
  /** This person, or this person's company, blocks the other side. */
  blocks: boolean;
}

/** A contract between the companies of the two sides. */
export interface Contract {
  state: 'proposed' | 'active' | 'severed';
  terms: Terms;
}

/** The acts that a contract allows. */
export interface Terms {
  /** Direct conversations between people of both companies. */
  direct: boolean;
  /** Groups with people of both companies. */
  groups: boolean;
  /** People of one company may add people to groups of the other. */
  invite: boolean;
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
 * - `share`: sends into a group that both are in.
 * - `see`: sees presence, typing and receipts of the other person.
 */
export type Act = 'direct' | 'add' | 'share' | 'see';

/** Every act. */
export const ACTS = ['direct', 'add', 'share', 'see'] as const satisfies readonly Act[];

/** The act is allowed, allowed once the other person has accepted (`ask`), or refused for a reason. */
export type Decision = 'allowed' | 'ask' | RefusalReason;
