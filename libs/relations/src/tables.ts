import { defineEntity, p } from '@mikro-orm/core';
import type { ContractState, HistoryRule, PartnerRule } from '@vestnik/contracts';

const bigint = () => p.bigint('number');
const key = () => bigint().primary().autoincrement(false);

/** The company that a person belongs to. */
const personEntity = defineEntity({
  name: 'Person',
  tableName: 'people',
  properties: { user_id: key(), company_id: bigint(), version: p.integer() },
  indexes: [{ name: 'people_of_company', properties: ['company_id'] }],
});

/** The policy of a company; null stands for a rule that the company has not set. */
const companyEntity = defineEntity({
  name: 'Company',
  tableName: 'companies',
  properties: {
    company_id: key(),
    partners: p.text().$type<PartnerRule>().nullable(),
    external_invite: p.boolean().nullable(),
    history: p.text().$type<HistoryRule>().nullable(),
    version: p.integer(),
  },
  indexes: [
    {
      name: 'companies_with_policy',
      properties: ['company_id'],
      where: 'partners is not null or external_invite is not null or history is not null',
    },
  ],
});

/** A contract of two companies, the smaller id first. */
const contractEntity = defineEntity({
  name: 'Contract',
  tableName: 'contracts',
  properties: {
    low_id: bigint().primary(),
    high_id: bigint().primary(),
    state: p.text().$type<ContractState>(),
    direct: p.boolean(),
    groups: p.boolean(),
    invite: p.boolean(),
    version: p.integer(),
  },
  indexes: [{ name: 'contracts_of_high', properties: ['high_id', 'low_id'] }],
});

/** A block of a person or company by a person or company. One that was removed stays, with `is_active` false. */
const blockEntity = defineEntity({
  name: 'Block',
  tableName: 'blocks',
  properties: {
    id: key(),
    blocker_id: bigint().nullable(),
    blocker_company_id: bigint().nullable(),
    blocked_id: bigint().nullable(),
    blocked_company_id: bigint().nullable(),
    is_active: p.boolean(),
    version: p.integer(),
  },
  indexes: [
    { name: 'blocks_of_person', properties: ['blocker_id', 'blocked_id'], where: 'is_active' },
    { name: 'blocks_of_company', properties: ['blocker_company_id', 'blocked_company_id'], where: 'is_active' },
  ],
});

/** The tables of the copy. */
export const relationEntities = [personEntity, companyEntity, contractEntity, blockEntity];
