import type { CompanyGroup } from '@vestnik/contracts';
import { statement } from '@vestnik/database';

/** Reads the groups of a company behind an id, in ascending order. Times are as Postgres writes them. */
export const listCompanyGroups = statement<CompanyGroup, [companyId: number, after: number, limit: number]>(
  'list-company-groups',
  `select c.id, c.name, c.owner_id, c.created_at, c.updated_at,
     (select count(*)::integer from participants p where p.conversation_id = c.id) as participant_count
   from conversations c where c.type = 'group' and c.company_id = $1 and c.id > $2 order by c.id limit $3`,
);

/** Finds a group by its company. */
export const findGroupOfCompany = statement<{ id: number }, [conversationId: number, companyId: number]>(
  'find-group-of-company',
  `select id from conversations where id = $1 and type = 'group' and company_id = $2`,
);
