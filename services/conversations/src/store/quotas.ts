import { statement } from '@vestnik/database';
import type { EntityManager } from './unit-of-work.ts';

/** A quota that counts within an hour. */
export type HourlyQuota = 'conversations' | 'strangers';

/**
 * Counts the use of a quota. Returns all use by the user within the hour, with the seconds until the
 * hour ends. An hour begins with the first use.
 */
export async function useQuota(
  em: EntityManager,
  userId: number,
  quota: HourlyQuota,
  amount: number,
): Promise<{ used: number; seconds_left: number }> {
  const [row] = await em.execute<{ used: number; seconds_left: number }[]>(
    `insert into quota_uses as u (user_id, quota, used, since) values (?, ?, ?, now())
     on conflict (user_id, quota) do update set
       used = case when u.since > now() - interval '1 hour' then u.used else 0 end + excluded.used,
       since = case when u.since > now() - interval '1 hour' then u.since else now() end
     returning used, ceil(extract(epoch from since + interval '1 hour' - now()))::integer as seconds_left`,
    [userId, quota, amount],
  );
  if (!row) throw new Error('The use of a quota was not stored');
  return row;
}

/** Returns how many groups with participants a company has; no row for none. */
export const groupsOfCompany = statement<{ groups: number }, [companyId: number]>(
  'find-company-groups',
  'select groups from company_uses where company_id = $1',
);

/** Adds to the number of a company's groups, and returns it. */
export async function addGroups(em: EntityManager, companyId: number, groups: number): Promise<number> {
  const [row] = await em.execute<{ groups: number }[]>(
    `insert into company_uses as u (company_id, groups) values (?, ?)
     on conflict (company_id) do update set groups = u.groups + excluded.groups returning groups`,
    [companyId, groups],
  );
  if (!row) throw new Error('The use of a company was not stored');
  return row.groups;
}

/** Returns those of the named users who are in more than `limit` conversations. */
export async function findFullUsers(em: EntityManager, userIds: readonly number[], limit: number): Promise<number[]> {
  const rows = await em.execute<{ user_id: string }[]>(
    `select given.id as user_id from json_array_elements_text(?::json) as given (id)
     where exists (select from participants p where p.user_id = given.id::bigint offset ? limit 1)`,
    [JSON.stringify(userIds), limit],
  );
  return rows.map((row) => Number(row.user_id));
}

/** Waits for other transactions that bring one of the users into a conversation, and keeps later ones waiting. */
export async function lockRooms(em: EntityManager, userIds: readonly number[]): Promise<void> {
  await em.execute(
    `insert into quota_uses (user_id, quota, used, since)
     select given.id::bigint, 'room', 0, now() from json_array_elements_text(?::json) as given (id) order by 1
     on conflict (user_id, quota) do update set since = now()`,
    [JSON.stringify(userIds)],
  );
}
