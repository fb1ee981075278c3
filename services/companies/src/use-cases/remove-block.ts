import { VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { appendAudit } from '../store/audit.ts';
import { blockFact, endBlock } from '../store/blocks.ts';
import { addEvent } from '../store/events.ts';

/**
 * Removes a block of the caller, or (admins) of the company. Resolves when that has left for every service.
 *
 * @throws VestnikError `not_found` for every other block.
 */
export async function removeBlock(
  { database, outbox }: Context,
  { actor, block_id }: Input<'removeBlock'>,
): Promise<Output<'removeBlock'>> {
  const { user_id, company_id, role } = actor;
  const event = await database.transaction(async (queries) => {
    const [block] = await queries.query(endBlock, [block_id, user_id, role === 'admin' ? company_id : null]);
    if (!block) throw new VestnikError('not_found', 'You have no such block');
    if (block.blocked_company_id !== null) {
      const object = `company ${block.blocked_company_id}`;
      const deed = { companyId: company_id, actorId: user_id, actorCompanyId: company_id, object };
      await appendAudit(queries, [{ ...deed, action: 'company_unblocked' }]);
    }
    return addEvent(queries, { block: blockFact(block) });
  });
  await outbox.publishNow(event);
  return {};
}
