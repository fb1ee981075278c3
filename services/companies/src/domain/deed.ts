import type { AuditAction } from '@vestnik/contracts';

/** One thing that was done, for the audit of one company. */
export interface Deed {
  companyId: number;
  actorId: number | null;
  actorCompanyId: number | null;
  action: AuditAction;
  /** The thing that was changed, as `contract 2`. */
  object: string;
  detail?: object;
  /** Names the event of another service that tells of the deed. */
  source?: string;
}
