import { VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { requireRole } from '../domain/roles.ts';
import { appendAudit } from '../store/audit.ts';
import { addEvent } from '../store/events.ts';
import { lockPeople } from '../store/people.ts';

/**
 * Ends all tokens that a person of the actor's company was issued so far. The audit entry commits with the event that revokes.
 * Resolves when the revocation is stored, from where every gateway and notifications read it.
 *
 * @throws VestnikError `forbidden` without the role admin; `not_found` for everybody who is not of the company, known or not;
 *   `unavailable` while the revocation waits for the bus.
 */
export async function revokePerson(
  { database, outbox }: Context,
  { actor, user_id }: Input<'revokePerson'>,
): Promise<Output<'revokePerson'>> {
  requireRole(actor.role, 'admin');
  const event = await database.transaction(async (queries) => {
    const [person] = await queries.query(lockPeople, [[user_id]]);
    if (person?.company_id !== actor.company_id) throw new VestnikError('not_found', 'Your company has no such person');
    const deed = { companyId: actor.company_id, actorId: actor.user_id, actorCompanyId: actor.company_id };
    await appendAudit(queries, [{ ...deed, action: 'access_ended', object: `user ${user_id}` }]);
    return addEvent(queries, { revoked: { user_id, at: new Date().toISOString() } });
  });
  if (!(await outbox.publishNow(event))) {
    throw new VestnikError('unavailable', 'The revocation is recorded, and takes effect as soon as the bus stores it');
  }
  return {};
}
