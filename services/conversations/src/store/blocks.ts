/**
 * The condition that a block of `by` stands against `against`: each the name of a row with the columns `user_id` and
 * `company_id`.
 */
export const isBlockedBy = (by: string, against: string) => `(
    exists (
      select from blocks b where b.is_active and b.blocker_id = ${by}.user_id
        and (b.blocked_id = ${against}.user_id or b.blocked_company_id = ${against}.company_id)
    ) or exists (
      select from blocks b where b.is_active and b.blocker_company_id = ${by}.company_id
        and (b.blocked_id = ${against}.user_id or b.blocked_company_id = ${against}.company_id)
    )
  )`;
