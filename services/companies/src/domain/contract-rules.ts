import { type ContractState, type ContractTerms, VestnikError } from '@vestnik/contracts';

/** A contract of two companies. */
export interface Contract {
  /** The state that both companies see. */
  state: ContractState;
  /** The state that the decision goes by. A severed contract that is proposed again stays severed until it is accepted. */
  enforced_state: ContractState;
  /** The company that made the newest proposal. */
  proposed_by: number;
  terms: ContractTerms;
  /** Terms that are proposed in place of those that hold. */
  next_terms: ContractTerms | null;
}

/** A step of one company: the contract after it, or undefined when the step changes nothing. */
type Step = (contract: Contract | undefined, companyId: number) => Contract | undefined;

/**
 * Proposes a contract where there is none, or none any more. A company that proposes again replaces its proposal.
 *
 * @throws VestnikError `conflict` while a contract is active, and while the other company's proposal waits.
 */
export function propose(terms: ContractTerms): Step {
  return (contract, companyId) => {
    if (contract?.state === 'active')
      throw new VestnikError('conflict', 'There is a contract: propose other terms of it');
    if (contract?.state === 'proposed') {
      if (contract.proposed_by !== companyId) {
        throw new VestnikError(
          'conflict',
          'The other company has proposed a contract: accept it, or propose other terms',
        );
      }
      return isEqual(contract.terms, terms) ? undefined : { ...contract, terms };
    }
    const enforced_state = contract?.enforced_state ?? 'proposed';
    return { state: 'proposed', enforced_state, proposed_by: companyId, terms, next_terms: null };
  };
}

/**
 * Proposes other terms: of a proposal in its place, of an active contract beside the terms that hold.
 *
 * @throws VestnikError `not_found` without a contract, `conflict` for a severed one.
 */
export function proposeTerms(terms: ContractTerms): Step {
  return (contract, companyId) => {
    const known = requireLiving(contract);
    if (known.state === 'proposed') {
      if (known.proposed_by === companyId && isEqual(known.terms, terms)) return undefined;
      return { ...known, proposed_by: companyId, terms };
    }
    if (known.next_terms === null && isEqual(known.terms, terms)) return undefined;
    if (known.proposed_by === companyId && known.next_terms && isEqual(known.next_terms, terms)) return undefined;
    return { ...known, proposed_by: companyId, next_terms: terms };
  };
}

/**
 * Accepts what the other company proposed. Accepting again changes nothing.
 *
 * @throws VestnikError `not_found` without a contract, `conflict` for a severed one and for one's own proposal.
 */
export const accept: Step = (contract, companyId) => {
  const known = requireLiving(contract);
  const isOpen = known.state === 'proposed' || known.next_terms !== null;
  if (!isOpen) return undefined;
  if (known.proposed_by === companyId) throw new VestnikError('conflict', 'The other company accepts this proposal');
  return {
    ...known,
    state: 'active',
    enforced_state: 'active',
    terms: known.next_terms ?? known.terms,
    next_terms: null,
  };
};

/** Brings a contract with all terms into force, as ops do for both companies. */
export const enforce: Step = (contract, companyId) => {
  const terms = { direct: true, groups: true, invite: true };
  if (contract?.state === 'active' && contract.next_terms === null && isEqual(contract.terms, terms)) return undefined;
  return { state: 'active', enforced_state: 'active', proposed_by: companyId, terms, next_terms: null };
};

/**
 * Severs a contract or ends a proposal, without the other company. Severing again changes nothing.
 *
 * @throws VestnikError `not_found` without a contract.
 */
export const sever: Step = (contract) => {
  if (!contract) throw noContract();
  if (contract.state === 'severed') return undefined;
  return { ...contract, state: 'severed', enforced_state: 'severed', next_terms: null };
};

function requireLiving(contract: Contract | undefined): Contract {
  if (!contract) throw noContract();
  if (contract.state === 'severed') throw new VestnikError('conflict', 'This contract was severed: propose a new one');
  return contract;
}

function noContract(): VestnikError {
  return new VestnikError('not_found', 'There is no contract with this company');
}

function isEqual(one: ContractTerms, other: ContractTerms): boolean {
  return one.direct === other.direct && one.groups === other.groups && one.invite === other.invite;
}
