import { type AuditAction, type ContractFact, type ShownContract, VestnikError } from '@vestnik/contracts';
import type { Context } from './context.ts';
import type { Contract } from './domain/contract-rules.ts';
import { appendAudit } from './store/audit.ts';
import { lockCompanies } from './store/companies.ts';
import { type ContractRow, contractFact, findContracts, shownContract, storeContract } from './store/contracts.ts';
import { addEvent } from './store/events.ts';

/** A change of the contract with a company: its actor (ops have no user), and the entry that the audits get. */
interface Change {
  actor: { user_id: number | null; company_id: number };
  company_id: number;
  action: AuditAction;
  /** The version that the contract must have; any when absent. */
  version?: number | undefined;
}

/**
 * Changes the contract of two companies: locks both, asks the rule, and commits the change with its audit entries and its event.
 * Changes of one contract wait for each other, so both companies see one order. Resolves when the event has left,
 * with the contract as the actor's company sees it, and as other services copy it.
 *
 * @param rule returns the contract after the change, undefined for no change, or throws a refusal
 * @throws VestnikError `not_found` for an unknown company, `invalid` for the own company, `conflict` for another version; refusals
 *   of the rule.
 */
export async function changeContract(
  { database, outbox }: Context,
  { actor, company_id, action, version }: Change,
  rule: (contract: Contract | undefined, companyId: number) => Contract | undefined,
): Promise<{ contract: ShownContract; fact: ContractFact }> {
  if (company_id === actor.company_id) throw new VestnikError('invalid', 'A contract is between two companies');
  const low = Math.min(company_id, actor.company_id);
  const high = Math.max(company_id, actor.company_id);
  const { event, ...changed } = await database.transaction(async (queries) => {
    const companies = await queries.query(lockCompanies, [[low, high]]);
    const names = new Map(companies.map(({ id, name }) => [id, name]));
    if (!names.has(company_id)) throw new VestnikError('not_found', 'There is no such company');
    const view = (row: ContractRow, own: number, other: number) => shownContract(row, own, names.get(other) ?? null);

    const [before] = await queries.query(findContracts, [[low, high]]);
    if (version !== undefined && before && before.version !== version) {
      throw new VestnikError('conflict', 'This contract has changed since');
    }
    const contract = rule(before, actor.company_id);
    const result = (row: ContractRow) => ({
      contract: view(row, actor.company_id, company_id),
      fact: contractFact(row),
    });
    if (!contract && before) return { ...result(before), event: undefined };
    if (!contract) throw new Error('A rule left a contract that does not exist as it is');

    const { state, enforced_state, proposed_by, terms, next_terms } = contract;
    const proposed = next_terms === null ? null : JSON.stringify(next_terms);
    const agreed = JSON.stringify(terms);
    const [row] = await queries.query(storeContract, [low, high, state, enforced_state, proposed_by, agreed, proposed]);
    if (!row) throw new Error('A contract was not stored');
    const views = [
      { company_id: actor.company_id, contract: view(row, actor.company_id, company_id) },
      { company_id, contract: view(row, company_id, actor.company_id) },
    ];
    await appendAudit(
      queries,
      views.map((each) => ({
        companyId: each.company_id,
        actorId: actor.user_id,
        actorCompanyId: actor.user_id === null ? null : actor.company_id,
        action,
        object: `company ${each.contract.company_id}`,
        detail: { terms: next_terms ?? terms, version: row.version },
      })),
    );
    const event = await addEvent(queries, { contract: contractFact(row), views });
    return { ...result(row), event };
  });
  if (event) await outbox.publishNow(event);
  return changed;
}
