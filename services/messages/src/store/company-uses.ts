import { statement, writeStatement } from '@vestnik/database';

/** The messages that a company has stored on a day (UTC, `2026-01-31`). */
export interface CompanyDay {
  company_id: number;
  messages: number;
}

/**
 * Adds to the messages of companies on a day, and returns the sums. The rows are locked in the order of their ids, so instances
 * never wait for each other in a circle.
 */
export const addMessages = writeStatement<
  CompanyDay,
  [day: string, companyIds: readonly number[], messages: readonly number[]]
>(
  'add-company-messages',
  `insert into company_uses as u (company_id, day, messages)
   select company_id, $1::date, messages from unnest($2::bigint[], $3::bigint[]) as n (company_id, messages)
   order by company_id
   on conflict (company_id, day) do update set messages = u.messages + excluded.messages
   returning company_id, messages`,
);

/** Returns the messages of a company on a day; no row for none. */
export const messagesOfDay = statement<{ messages: number }, [companyId: number, day: string]>(
  'find-company-messages',
  'select messages from company_uses where company_id = $1 and day = $2::date',
);

/** Deletes the counts of days before one. */
export const deleteUsesBefore = writeStatement<never, [day: string]>(
  'delete-company-uses',
  'delete from company_uses where day < $1::date',
);
