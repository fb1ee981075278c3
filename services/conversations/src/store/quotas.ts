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

/** Returns one of the named users who is in more than `limit` conversations; undefined when there is none. */
export async function findFullUser(
  em: EntityManager,
  userIds: readonly number[],
  limit: number,
): Promise<number | undefined> {
  const [row] = await em.execute<{ user_id: string }[]>(
    `select given.id as user_id from json_array_elements_text(?::json) as given (id)
     where exists (select from participants p where p.user_id = given.id::bigint offset ? limit 1)
     limit 1`,
    [JSON.stringify(userIds), limit],
  );
  return row && Number(row.user_id);
}
