import type { Caller } from './caller.ts';

/** A caller who may manage groups, as conversations asks for one. */
interface Manager {
  user_id: number;
  company_id: number;
  is_admin: boolean;
}

/** Returns a caller with the company and the role of the token, by which an admin manages the company's groups. */
export function managerOf({ userId, companyId, companyRole }: Caller): Manager {
  return { user_id: userId, company_id: companyId, is_admin: companyRole === 'admin' };
}
