import { type Actor, MAX_BLOCKS, VestnikError } from '@vestnik/contracts';
import type { Queries } from '@vestnik/database';
import type { Context, Input, Output } from '../context.ts';
import { requireRole } from '../domain/roles.ts';
import { appendAudit } from '../store/audit.ts';
import {
  type BlockRow,
  blockCompany,
  blockFact,
  blockUser,
  countBlocks,
  findBlock,
  shownBlock,
} from '../store/blocks.ts';
import { lockCompanies } from '../store/companies.ts';
import { addEvent } from '../store/events.ts';

/**
 * Blocks a user, or (admins) a company. A block that is there already stays. Resolves when the block has left for every service.
 *
 * @throws VestnikError `invalid` for oneself, `forbidden` without the role admin, `not_found` for an unknown company, `conflict`
 *   beyond 1,000 blocks.
 */
export async function addBlock(
  { database, outbox }: Context,
  { actor, blocked }: Input<'addBlock'>,
): Promise<Output<'addBlock'>> {
  const { block, event } = await database.transaction(async (queries) => {
    const isOfUser = 'user_id' in blocked;
    const found = isOfUser
      ? await addUserBlock(queries, actor.user_id, blocked.user_id)
      : await addCompanyBlock(queries, actor, blocked.company_id);
    if (!found.isNew) return { block: found.block, event: undefined };
    const [own] = await queries.query(countBlocks, isOfUser ? [actor.user_id, null] : [null, actor.company_id]);
    if ((own?.count ?? 0) > MAX_BLOCKS) throw new VestnikError('conflict', `There may be ${MAX_BLOCKS} blocks`);
    return { block: found.block, event: await addEvent(queries, { block: blockFact(found.block) }) };
  });
  if (event) await outbox.publishNow(event);
  return { block: shownBlock(block), fact: blockFact(block) };
}

async function addUserBlock(queries: Queries, userId: number, blockedId: number) {
  if (blockedId === userId) throw new VestnikError('invalid', 'Nobody blocks themselves');
  const [added] = await queries.query(blockUser, [userId, blockedId]);
  return added ? { block: added, isNew: true } : known(await queries.query(findBlock, [userId, blockedId, null, null]));
}

async function addCompanyBlock(queries: Queries, { user_id, company_id, role }: Actor, blockedId: number) {
  requireRole(role, 'admin');
  if (blockedId === company_id) throw new VestnikError('invalid', 'No company blocks itself');
  const companies = await queries.query(lockCompanies, [[company_id, blockedId]]);
  if (!companies.some(({ id }) => id === blockedId)) throw new VestnikError('not_found', 'There is no such company');
  const [added] = await queries.query(blockCompany, [company_id, blockedId]);
  if (!added) return known(await queries.query(findBlock, [null, null, company_id, blockedId]));
  const deed = { companyId: company_id, actorId: user_id, actorCompanyId: company_id, object: `company ${blockedId}` };
  await appendAudit(queries, [{ ...deed, action: 'company_blocked' }]);
  return { block: added, isNew: true };
}

function known([block]: BlockRow[]): { block: BlockRow; isNew: false } {
  if (!block) throw new Error('A block that is active cannot be read');
  return { block, isNew: false };
}
