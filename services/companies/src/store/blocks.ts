import type { BlockFact, ShownBlock } from '@vestnik/contracts';
import { isoTime, statement } from '@vestnik/database';

/** Reads the active blocks between two of the named users, and between two of the named companies. */
export const findBlocks = statement<BlockFact, [userIds: readonly number[], companyIds: readonly number[]]>(
  'find-blocks',
  `select id, blocker_id, blocker_company_id, blocked_id, blocked_company_id, is_active, version from blocks
   where is_active and blocker_id = any($1::bigint[]) and blocked_id = any($1::bigint[])
   union all
   select id, blocker_id, blocker_company_id, blocked_id, blocked_company_id, is_active, version from blocks
   where is_active and blocker_company_id = any($2::bigint[]) and blocked_company_id = any($2::bigint[])`,
);

/** A block as a statement reads it for its own side. */
export interface BlockRow extends BlockFact {
  created_at: string;
}

const COLUMNS = 'id, blocker_id, blocker_company_id, blocked_id, blocked_company_id, is_active, version, created_at';

/** Counts the active blocks of a user, or of a company. */
export const countBlocks = statement<{ count: number }, [userId: number | null, companyId: number | null]>(
  'count-blocks',
  `select count(*) as count from blocks
   where is_active and (blocker_id = $1 or blocker_company_id = $2)`,
);

/** Blocks a user. No row: the block is active already. */
export const blockUser = statement<BlockRow, [userId: number, blockedId: number]>(
  'block-user',
  `insert into blocks as b (blocker_id, blocked_id, is_active, version, created_at) values ($1, $2, true, 1, now())
   on conflict (blocker_id, blocked_id) do update
     set is_active = true, version = b.version + 1, created_at = now() where not b.is_active
   returning ${COLUMNS}`,
);

/** Blocks a company. No row: the block is active already. */
export const blockCompany = statement<BlockRow, [companyId: number, blockedCompanyId: number]>(
  'block-company',
  `insert into blocks as b (blocker_company_id, blocked_company_id, is_active, version, created_at)
   values ($1, $2, true, 1, now())
   on conflict (blocker_company_id, blocked_company_id) do update
     set is_active = true, version = b.version + 1, created_at = now() where not b.is_active
   returning ${COLUMNS}`,
);

/** Reads the block of one user by another, or of one company by another. */
export const findBlock = statement<
  BlockRow,
  [userId: number | null, blockedId: number | null, companyId: number | null, blockedCompanyId: number | null]
>(
  'find-block',
  `select ${COLUMNS} from blocks where blocker_id = $1 and blocked_id = $2
   union all select ${COLUMNS} from blocks where blocker_company_id = $3 and blocked_company_id = $4`,
);

/** Reads the active blocks of a user, and of a company where one is given, behind an id. */
export const listBlocks = statement<BlockRow, [userId: number, companyId: number | null, after: number, limit: number]>(
  'list-blocks',
  `select ${COLUMNS} from (
     select * from blocks where blocker_id = $1 union all select * from blocks where blocker_company_id = $2
   ) own
   where is_active and id > $3 order by id limit $4`,
);

/** Ends an active block of a user, or of a company where one is given. No row: there is no such block. */
export const endBlock = statement<BlockRow, [id: number, userId: number, companyId: number | null]>(
  'end-block',
  `update blocks set is_active = false, version = version + 1
   where id = $1 and is_active and (blocker_id = $2 or blocker_company_id = $3) returning ${COLUMNS}`,
);

/** Returns a block as other services need to know it. */
export function blockFact({ created_at: _, ...fact }: BlockRow): BlockFact {
  return fact;
}

/** Returns a block as its own side sees it. */
export function shownBlock({ id, blocked_id, blocked_company_id, created_at }: BlockRow): ShownBlock {
  return { id, user_id: blocked_id, company_id: blocked_company_id, created_at: isoTime(created_at) };
}
