import type { CompanyFact, HistoryRule, PartnerRule, Policy, ShownCompany } from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import type { NamedCompany } from '../domain/claims.ts';

/** A company as a statement reads it. A rule that is null is the installation's. */
export interface CompanyRow {
  id: number;
  name: string | null;
  partners: PartnerRule | null;
  external_invite: boolean | null;
  history: HistoryRule | null;
  version: number;
}

/** Adds companies that nobody has named yet, and returns those that were not known. */
export const addCompanies = statement<CompanyRow, [ids: readonly number[]]>(
  'add-companies',
  `insert into companies (id, version, created_at, updated_at)
   select id, 1, now(), now() from unnest($1::bigint[]) as id order by id
   on conflict do nothing returning id, name, partners, external_invite, history, version`,
);

/** Reads the names of companies and keeps the companies from changing until the end of the transaction. */
export const lockCompanyNames = statement<NamedCompany & CompanyRow, [ids: readonly number[]]>(
  'lock-company-names',
  `select id, name, name_issued_at, partners, external_invite, history, version from companies
   where id = any($1::bigint[]) order by id for update`,
);

/** Stores the names of companies, a JSON list of `NamedCompany`. `updated_at` moves with the version. */
export const updateCompanyNames = statement<never, [companies: string]>(
  'update-company-names',
  `update companies c set
     name = n.name, name_issued_at = n.name_issued_at, version = n.version,
     updated_at = case when n.version > c.version then now() else c.updated_at end
   from json_populate_recordset(null::companies, $1) n where c.id = n.id`,
);

/** Reads the named companies and keeps them from changing until the end of the transaction, in the order of their ids. */
export const lockCompanies = statement<CompanyRow, [ids: readonly number[]]>(
  'lock-companies',
  `select id, name, partners, external_invite, history, version from companies
   where id = any($1::bigint[]) order by id for update`,
);

/** Stores the rules of a company. */
export const updatePolicy = statement<
  CompanyRow,
  [id: number, partners: PartnerRule | null, externalInvite: boolean | null, history: HistoryRule | null]
>(
  'update-policy',
  `update companies set partners = $2, external_invite = $3, history = $4, version = version + 1, updated_at = now()
   where id = $1 returning id, name, partners, external_invite, history, version`,
);

/** Reads the named companies. */
export const findCompanies = statement<CompanyRow, [ids: readonly number[]]>(
  'find-companies',
  `select id, name, partners, external_invite, history, version from companies where id = any($1::bigint[]) order by id`,
);

/** Returns a company as other services need to know it. */
export function companyFact(row: CompanyRow): CompanyFact {
  return { id: row.id, name: row.name, policy: policyOf(row), version: row.version };
}

/** Returns a company as its own people see it. */
export function shownCompany({ id, name, partners, external_invite, history }: CompanyRow): ShownCompany {
  return { id, name, policy: { partners, external_invite, history } };
}

/** Returns the rules that a company has set. */
function policyOf({ partners, external_invite, history }: CompanyRow): Policy {
  const policy: Policy = {};
  if (partners !== null) policy.partners = partners;
  if (external_invite !== null) policy.external_invite = external_invite;
  if (history !== null) policy.history = history;
  return policy;
}
