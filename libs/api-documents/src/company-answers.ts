import type {
  CompanyGroup,
  CompanyQuotas,
  CompanyUsage,
  ShownBlock,
  ShownCompany,
  ShownContract,
} from '@vestnik/contracts';
import { z } from 'zod';

const id = z.int().positive();
const isoTime = z.iso.datetime();
const nextCursor = z.string().nullable().meta({ description: 'Opaque; null at the end' });
const terms = z.looseObject({ direct: z.boolean(), groups: z.boolean(), invite: z.boolean() });

const company = z
  .looseObject({
    id,
    name: z.string().nullable(),
    policy: z
      .looseObject({
        partners: z.enum(['open', 'consent', 'contract']).nullable(),
        external_invite: z.boolean().nullable(),
        history: z.enum(['all', 'joined']).nullable(),
      })
      .meta({ description: 'The rules of the company. A rule that is null is the installation’s' }),
  })
  .meta({ id: 'Company' }) satisfies z.ZodType<ShownCompany>;

const count = z.int().nonnegative().nullable();

const companyWithUse = company
  .extend({
    usage: z.looseObject({ messages_today: count, groups: count }).meta({
      description: 'A number is null while its service is away. A day is one of UTC',
    }) satisfies z.ZodType<CompanyUsage>,
    quotas: z
      .looseObject({ messages_per_day: count, groups: count })
      .meta({ description: 'Null for no quota' }) satisfies z.ZodType<CompanyQuotas>,
  })
  .meta({ id: 'CompanyWithUse' });

const companyGroup = z
  .looseObject({
    id,
    name: z.string(),
    owner_id: id.nullable(),
    participant_count: z.int().nonnegative(),
    created_at: isoTime,
    updated_at: isoTime,
  })
  .meta({ id: 'CompanyGroup' }) satisfies z.ZodType<CompanyGroup>;

/** A contract as one of the two companies sees it. */
export const contract = z
  .looseObject({
    company_id: id,
    company_name: z.string().nullable(),
    state: z.enum(['proposed', 'active', 'severed']),
    proposed_by: id,
    terms,
    proposed_terms: terms.nullable(),
    since: isoTime,
    version: id,
  })
  .meta({ id: 'Contract' }) satisfies z.ZodType<ShownContract>;

const block = z
  .looseObject({ id, user_id: id.nullable(), company_id: id.nullable(), created_at: isoTime })
  .meta({ id: 'Block', description: 'A blocked user or company' }) satisfies z.ZodType<ShownBlock>;

const auditEntry = z
  .looseObject({
    id,
    at: isoTime,
    actor_id: id.nullable(),
    actor_company_id: id.nullable(),
    action: z.string(),
    object: z.string(),
    detail: z.unknown(),
  })
  .meta({ id: 'AuditEntry' });

/** The data of answers about the caller's company. */
export const companyAnswers = {
  company: z.looseObject({ company }),
  companyWithUse: z.looseObject({ company: companyWithUse }),
  groupPage: z.looseObject({ groups: z.array(companyGroup), next_cursor: nextCursor }),
  contract: z.looseObject({ contract }),
  contractPage: z.looseObject({ contracts: z.array(contract), next_cursor: nextCursor }),
  block: z.looseObject({ block }),
  blockPage: z.looseObject({ blocks: z.array(block), next_cursor: nextCursor }),
  nothing: z.looseObject({}),
  auditPage: z.looseObject({ entries: z.array(auditEntry), next_cursor: nextCursor }),
};
