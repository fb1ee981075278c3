import type { ContractFact, ShownContract } from '@vestnik/contracts';
import { isoTime, statement } from '@vestnik/database';
import type { Contract } from '../domain/contract-rules.ts';

/** A contract as a statement reads it. */
export interface ContractRow extends Contract {
  low_id: number;
  high_id: number;
  since: string;
  version: number;
}

const COLUMNS = 'low_id, high_id, state, enforced_state, proposed_by, terms, next_terms, since, version';

/** Reads the contracts between two of the named companies. */
export const findContracts = statement<ContractRow, [companyIds: readonly number[]]>(
  'find-contracts',
  `select ${COLUMNS} from contracts
   where low_id = any($1::bigint[]) and high_id = any($1::bigint[]) order by low_id, high_id`,
);

/** Stores the contract of a pair: its next version. `since` moves with the state. */
export const storeContract = statement<
  ContractRow,
  [
    lowId: number,
    highId: number,
    state: string,
    enforcedState: string,
    proposedBy: number,
    terms: string,
    nextTerms: string | null,
  ]
>(
  'store-contract',
  `insert into contracts as c (low_id, high_id, state, enforced_state, proposed_by, terms, next_terms, since, version)
   values ($1, $2, $3, $4, $5, $6::json, $7::json, now(), 1)
   on conflict (low_id, high_id) do update set
     state = excluded.state, enforced_state = excluded.enforced_state, proposed_by = excluded.proposed_by,
     terms = excluded.terms, next_terms = excluded.next_terms, version = c.version + 1,
     since = case when c.state = excluded.state then c.since else excluded.since end
   returning ${COLUMNS}`,
);

/** Reads the contracts of a company with companies above an id, in ascending order, with the name of the other company. */
export const listContracts = statement<
  ContractRow & { company_name: string | null },
  [companyId: number, after: number, limit: number]
>(
  'list-contracts',
  `select ${COLUMNS}, name as company_name
   from (
     (select c.*, high_id as other_id from contracts c where low_id = $1 and high_id > $2 order by high_id limit $3)
     union all
     (select c.*, low_id as other_id from contracts c where high_id = $1 and low_id > $2 order by low_id limit $3)
   ) found
   join lateral (select name from companies where id = other_id) as other on true
   order by other_id limit $3`,
);

/** Returns a contract as other services need to know it. */
export function contractFact({
  low_id,
  high_id,
  enforced_state,
  proposed_by,
  terms,
  since,
  version,
}: ContractRow): ContractFact {
  const company_ids: [number, number] = [low_id, high_id];
  return { company_ids, state: enforced_state, proposed_by, terms, since: isoTime(since), version };
}

/** Returns a contract as one of its companies sees it. */
export function shownContract(row: ContractRow, companyId: number, otherName: string | null): ShownContract {
  const { low_id, high_id, state, proposed_by, terms, next_terms, since, version } = row;
  return {
    company_id: companyId === low_id ? high_id : low_id,
    company_name: otherName,
    state,
    proposed_by,
    terms,
    proposed_terms: next_terms,
    since: isoTime(since),
    version,
  };
}
