import { type Policy, VestnikError } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { appendAudit } from './store/audit.ts';
import { type CompanyRow, companyFact, lockCompanies, updatePolicy } from './store/companies.ts';
import { addEvent } from './store/events.ts';

/**
 * Changes the rules of a company that are named, with an audit entry and an event. Resolves when the event has left.
 *
 * @param actor ops have no user
 * @throws VestnikError `not_found` for an unknown company.
 */
export async function changePolicy(
  { database, outbox }: Context,
  actor: { user_id: number | null; company_id: number },
  policy: Policy,
): Promise<CompanyRow> {
  const { company, event } = await database.transaction(async (queries) => {
    const [before] = await queries.query(lockCompanies, [[actor.company_id]]);
    if (!before) throw new VestnikError('not_found', 'There is no such company');
    const named = Object.fromEntries(Object.entries(policy).filter(([, rule]) => rule !== undefined)) as Policy;
    const { partners, external_invite, history } = { ...before, ...named };
    if (partners === before.partners && external_invite === before.external_invite && history === before.history) {
      return { company: before, event: undefined };
    }
    const [company] = await queries.query(updatePolicy, [actor.company_id, partners, external_invite, history]);
    if (!company) throw new Error('A policy was not stored');
    await appendAudit(queries, [
      {
        companyId: actor.company_id,
        actorId: actor.user_id,
        actorCompanyId: actor.user_id === null ? null : actor.company_id,
        action: 'policy_changed',
        object: `company ${actor.company_id}`,
        detail: { partners, external_invite, history },
      },
    ]);
    return { company, event: await addEvent(queries, { company: companyFact(company) }) };
  });
  if (event) await outbox.publishNow(event);
  return company;
}
