import type { BlockFact } from '@vestnik/contracts';
import { statement } from '@vestnik/database';

/** Reads the active blocks between two of the named users, and between two of the named companies. */
export const findBlocks = statement<BlockFact, [userIds: readonly number[], companyIds: readonly number[]]>(
  'find-blocks',
  `select id, blocker_id, blocker_company_id, blocked_id, blocked_company_id, is_active, version from blocks
   where is_active and blocker_id = any($1::bigint[]) and blocked_id = any($1::bigint[])
   union all
   select id, blocker_id, blocker_company_id, blocked_id, blocked_company_id, is_active, version from blocks
   where is_active and blocker_company_id = any($2::bigint[]) and blocked_company_id = any($2::bigint[])`,
);
