import { defineEntity, p } from '@mikro-orm/core';
import type { CompanyRole, ContractState, ContractTerms, HistoryRule, PartnerRule } from '@vestnik/contracts';
import { identity, type Schema } from '@vestnik/database';
import { outboxEntity } from '@vestnik/outbox';
import type { ReportSnapshot } from './reports.ts';

const bigint = () => p.bigint('number');
const version = () => p.integer().check('version > 0');
/** When the token was issued whose claim holds, in Unix seconds; 0 while no token has made the claim. */
const issuedAt = () => p.double().defaultRaw('0');

/** A company. A rule that is null is the installation's. */
const companyEntity = defineEntity({
  name: 'Company',
  tableName: 'companies',
  properties: {
    id: bigint().primary().autoincrement(false),
    name: p.text().nullable(),
    name_issued_at: issuedAt(),
    partners: p.text().$type<PartnerRule>().nullable().check("partners in ('open', 'consent', 'contract')"),
    external_invite: p.boolean().nullable(),
    history: p.text().$type<HistoryRule>().nullable().check("history in ('all', 'joined')"),
    version: version(),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
  },
});

/** A user, as tokens name the user. The company is that of the first token, until `move-user` changes it. */
const personEntity = defineEntity({
  name: 'Person',
  tableName: 'people',
  properties: {
    user_id: bigint().primary().autoincrement(false),
    company_id: () =>
      p.manyToOne(companyEntity).mapToPk().fieldName('company_id').foreignKeyName('people_company_id_fkey'),
    name: p.text().nullable(),
    name_issued_at: issuedAt(),
    picture_url: p.text().nullable(),
    picture_issued_at: issuedAt(),
    role: p.text().$type<CompanyRole>().nullable().check("role in ('admin', 'compliance')"),
    role_issued_at: issuedAt(),
    version: version(),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
  },
  indexes: [{ name: 'people_of_company', properties: ['company_id', 'user_id'] }],
});

/** A word of a person's name, as `wordsOf` writes it. `company_id` is that of the person. */
const wordEntity = defineEntity({
  name: 'Word',
  tableName: 'words',
  properties: {
    user_id: () =>
      p.manyToOne(personEntity).mapToPk().primary().fieldName('user_id').foreignKeyName('words_user_id_fkey'),
    word: p.text().collation('C').primary(),
    company_id: bigint(),
  },
  indexes: [{ name: 'words_of_company', properties: ['company_id', 'word'] }],
});

/**
 * The agreement of two companies. `next_terms` are proposed in place of `terms`, which hold until they are accepted. The
 * decision goes by `enforced_state`: a severed contract that is proposed again stays severed until it is accepted.
 */
const contractEntity = defineEntity({
  name: 'Contract',
  tableName: 'contracts',
  properties: {
    low_id: bigint().primary(),
    high_id: bigint().primary(),
    state: p.text().$type<ContractState>().check("state in ('proposed', 'active', 'severed')"),
    enforced_state: p.text().$type<ContractState>().check("enforced_state in ('proposed', 'active', 'severed')"),
    proposed_by: bigint(),
    terms: p.json<ContractTerms>().columnType('json'),
    next_terms: p.json<ContractTerms>().columnType('json').nullable(),
    since: p.datetime(3),
    version: version(),
  },
  indexes: [{ name: 'contracts_of_high', properties: ['high_id', 'low_id'] }],
  checks: [
    { name: 'contracts_pair', expression: 'low_id < high_id and (proposed_by = low_id or proposed_by = high_id)' },
  ],
});

/** A block of a user by a user, or of a company by a company. One that was removed stays, not active. */
const blockEntity = defineEntity({
  name: 'Block',
  tableName: 'blocks',
  properties: {
    id: identity(),
    blocker_id: bigint().nullable(),
    blocker_company_id: bigint().nullable(),
    blocked_id: bigint().nullable(),
    blocked_company_id: bigint().nullable(),
    is_active: p.boolean(),
    version: version(),
    created_at: p.datetime(3),
  },
  uniques: [
    { name: 'blocks_of_users', properties: ['blocker_id', 'blocked_id'] },
    { name: 'blocks_of_companies', properties: ['blocker_company_id', 'blocked_company_id'] },
  ],
  checks: [
    {
      name: 'blocks_kind',
      expression: `num_nulls(blocker_id, blocked_id) = 0 and num_nulls(blocker_company_id, blocked_company_id) = 2
        or num_nulls(blocker_id, blocked_id) = 2 and num_nulls(blocker_company_id, blocked_company_id) = 0`,
    },
  ],
});

/** A message that a user has reported to the admins of the user's company, as it was then. */
const reportEntity = defineEntity({
  name: 'Report',
  tableName: 'reports',
  properties: {
    id: identity(),
    company_id: bigint(),
    reporter_id: bigint(),
    message_id: bigint(),
    reason: p.text(),
    /** The message and those before it. */
    snapshot: p.json<ReportSnapshot>().columnType('json'),
    /** Bytes of `snapshot`. */
    length: p.integer(),
    created_at: p.datetime(3),
  },
  uniques: [{ name: 'reports_of_reporter', properties: ['company_id', 'reporter_id', 'message_id'] }],
  indexes: [{ name: 'reports_of_company', properties: ['company_id', 'id'] }],
});

/** A thing that was done in or to a company. `hash` covers the entry and `previous_hash`. */
const auditEntryEntity = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entries',
  properties: {
    id: identity(),
    company_id: bigint(),
    /** ISO 8601, as it is hashed. */
    at: p.text(),
    actor_id: bigint().nullable(),
    actor_company_id: bigint().nullable(),
    action: p.text(),
    object: p.text(),
    detail: p.json().columnType('json'),
    source: p.text().nullable(),
    previous_hash: p.text(),
    hash: p.text(),
  },
  uniques: [{ name: 'audit_entries_source', properties: ['company_id', 'source'] }],
  indexes: [{ name: 'audit_entries_of_company', properties: ['company_id', 'id'] }],
});

/** The end of a company's chain of audit entries. */
const auditChainEntity = defineEntity({
  name: 'AuditChain',
  tableName: 'audit_chains',
  properties: {
    company_id: bigint().primary().autoincrement(false),
    entries: bigint(),
    hash: p.text(),
  },
});

/** The schema of companies. */
export const schema: Schema = {
  name: 'companies',
  folder: new URL('../../', import.meta.url),
  entities: [
    companyEntity,
    personEntity,
    wordEntity,
    contractEntity,
    blockEntity,
    reportEntity,
    auditEntryEntity,
    auditChainEntity,
    outboxEntity,
  ],
  extras: {
    triggers: [
      `create trigger audit_entries_stay before delete or update or truncate on audit_entries
       for each statement execute function refuse_audit_change()`,
    ],
  },
};
