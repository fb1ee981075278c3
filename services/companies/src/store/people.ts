import type { PersonFact } from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import type { Person } from '../domain/claims.ts';

/** Reads the named people and keeps them from changing until the end of the transaction. */
export const lockPeople = statement<Person, [userIds: readonly number[]]>(
  'lock-people',
  `select user_id, company_id, name, name_issued_at, picture_url, picture_issued_at, role, role_issued_at, version
   from people where user_id = any($1::bigint[]) order by user_id for update`,
);

/** Adds people, a JSON list of `Person`, and returns those who were not known. */
export const addPeople = statement<{ user_id: number }, [people: string]>(
  'add-people',
  `insert into people (
     user_id, company_id, name, name_issued_at, picture_url, picture_issued_at, role, role_issued_at, version,
     created_at, updated_at
   )
   select user_id, company_id, name, name_issued_at, picture_url, picture_issued_at, role, role_issued_at, version, now(), now()
   from json_populate_recordset(null::people, $1) order by user_id
   on conflict do nothing returning user_id`,
);

/** Stores the states of known people, a JSON list of `Person`. `updated_at` moves with the version. */
export const updatePeople = statement<never, [people: string]>(
  'update-people',
  `update people p set
     name = n.name, name_issued_at = n.name_issued_at, picture_url = n.picture_url, picture_issued_at = n.picture_issued_at,
     role = n.role, role_issued_at = n.role_issued_at, version = n.version,
     updated_at = case when n.version > p.version then now() else p.updated_at end
   from json_populate_recordset(null::people, $1) n where p.user_id = n.user_id`,
);

/** Binds a person to another company. Tokens of that company decide on the role from now on. */
export const movePerson = statement<never, [userId: number, companyId: number]>(
  'move-person',
  `update people set company_id = $2, role = null, role_issued_at = 0, version = version + 1, updated_at = now()
   where user_id = $1`,
);

/** Lists the people above an id, and the company of each, in the order of their ids. */
export const listPeopleAbove = statement<{ user_id: number; company_id: number }, [after: number, limit: number]>(
  'list-people-above',
  `select user_id, company_id from people where user_id > $1 order by user_id limit $2`,
);

/** Reads the named people as other services need to know them. */
export const findPeople = statement<PersonFact, [userIds: readonly number[]]>(
  'find-people',
  `select user_id as id, company_id, name, picture_url, version from people
   where user_id = any($1::bigint[]) order by user_id`,
);

/** Returns a person as other services need to know the person. */
export function personFact({ user_id, company_id, name, picture_url, version }: Person): PersonFact {
  return { id: user_id, company_id, name, picture_url, version };
}
