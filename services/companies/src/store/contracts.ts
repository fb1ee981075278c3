import type { ContractFact, ContractState, ContractTerms } from '@vestnik/contracts';
import { isoTime, statement } from '@vestnik/database';

/** A contract as a statement reads it. */
export interface ContractRow {
  low_id: number;
  high_id: number;
  enforced_state: ContractState;
  proposed_by: number;
  terms: ContractTerms;
  since: string;
  version: number;
}

/** Reads the contracts between two of the named companies. */
export const findContracts = statement<ContractRow, [companyIds: readonly number[]]>(
  'find-contracts',
  `select low_id, high_id, enforced_state, proposed_by, terms, since, version from contracts
   where low_id = any($1::bigint[]) and high_id = any($1::bigint[]) order by low_id, high_id`,
);

/** Returns a contract as other services need to know it. */
export function contractFact({ low_id, high_id, since, ...rest }: ContractRow): ContractFact {
  const { enforced_state: state, proposed_by, terms, version } = rest;
  return { company_ids: [low_id, high_id], state, proposed_by, terms, since: isoTime(since), version };
}
