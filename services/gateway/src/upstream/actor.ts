import type { Actor } from '@vestnik/contracts';
import type { Caller } from './caller.ts';

/** Returns a caller as the one who acts for the caller's company. */
export function actorOf({ userId, companyId, companyRole }: Caller): Actor {
  return { user_id: userId, company_id: companyId, role: companyRole };
}
