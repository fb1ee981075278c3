import type { BlockChanged, CompanyChanged, ContractChanged, PeopleChanged } from '@vestnik/contracts';

/** The payload of an outbox row: one durable event, told apart by its one field. */
export type CompaniesEvent = PeopleChanged | CompanyChanged | ContractChanged | BlockChanged;
