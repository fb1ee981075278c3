import type { AuditEnd, AuditEntry, AuditLink } from '@vestnik/contracts';
import { type Queries, statement } from '@vestnik/database';
import type { Deed } from '../domain/deed.ts';

const append = statement<
  never,
  [
    companyId: number,
    actorId: number | null,
    actorCompanyId: number | null,
    action: string,
    object: string,
    detail: string,
    source: string | null,
  ]
>('append-audit', 'select append_audit($1, $2, $3, $4, $5, $6::json, $7)');

/** Adds what was done to the audits of companies, in the transaction that does it. Chains are locked in the order of ids. */
export async function appendAudit(queries: Queries, deeds: readonly Deed[]): Promise<void> {
  for (const deed of deeds.toSorted((one, other) => one.companyId - other.companyId)) {
    const { companyId, actorId, actorCompanyId, action, object, detail = {}, source = null } = deed;
    await queries.query(append, [companyId, actorId, actorCompanyId, action, object, JSON.stringify(detail), source]);
  }
}

/** Reads the entries of a company's audit behind an id, oldest first. */
export const listAudit = statement<AuditEntry, [companyId: number, after: number, limit: number]>(
  'list-audit',
  `select id, at, actor_id, actor_company_id, action, object, detail from audit_entries
   where company_id = $1 and id > $2 order by id limit $3`,
);

/** Reads the entries of a company's audit behind an id as they are hashed, oldest first. */
export const readAuditLinks = statement<AuditLink, [companyId: number, after: number, limit: number]>(
  'read-audit-links',
  `select id, company_id, at, actor_id, actor_company_id, action, object, detail::text as detail, previous_hash, hash
   from audit_entries where company_id = $1 and id > $2 order by id limit $3`,
);

const auditEnd = statement<AuditEnd, [companyId: number]>(
  'read-audit-end',
  'select entries, hash from audit_chains where company_id = $1',
);

/** Reads how many entries a company's audit has, and the hash of the last one. */
export async function readAuditEnd(queries: Queries, companyId: number): Promise<AuditEnd> {
  const [end] = await queries.query(auditEnd, [companyId]);
  return end ?? { entries: 0, hash: '' };
}
