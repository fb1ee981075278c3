import { VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { requireRole } from '../domain/roles.ts';
import { appendAudit } from '../store/audit.ts';
import { companyFact, lockCompanies, shownCompany, updatePolicy } from '../store/companies.ts';
import { addEvent } from '../store/events.ts';

/**
 * Changes the rules of the caller's company that are named. Resolves when the change has left for every service.
 *
 * @throws VestnikError `forbidden` without the role admin, `unavailable` while the caller's first token has not been reported.
 */
export async function setPolicy(
  { database, outbox }: Context,
  { actor, policy }: Input<'setPolicy'>,
): Promise<Output<'setPolicy'>> {
  requireRole(actor.role, 'admin');
  const { company, event } = await database.transaction(async (queries) => {
    const [before] = await queries.query(lockCompanies, [[actor.company_id]]);
    if (!before) throw new VestnikError('unavailable', 'This company is not known yet');
    const { partners, external_invite, history } = { ...before, ...policy };
    if (partners === before.partners && external_invite === before.external_invite && history === before.history) {
      return { company: before, event: undefined };
    }
    const [company] = await queries.query(updatePolicy, [actor.company_id, partners, external_invite, history]);
    if (!company) throw new Error('A policy was not stored');
    await appendAudit(queries, [
      {
        companyId: actor.company_id,
        actorId: actor.user_id,
        actorCompanyId: actor.company_id,
        action: 'policy_changed',
        object: `company ${actor.company_id}`,
        detail: { partners, external_invite, history },
      },
    ]);
    return { company, event: await addEvent(queries, { company: companyFact(company) }) };
  });
  if (event) await outbox.publishNow(event);
  return { company: shownCompany(company) };
}
