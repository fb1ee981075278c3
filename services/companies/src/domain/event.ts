import type {
  BlockChanged,
  CompanyChanged,
  ContractAnnounced,
  ContractChanged,
  IsoTime,
  PeopleChanged,
} from '@vestnik/contracts';

/** People changed. `shown_ids`: those who look different to other people, so that their contacts are told. */
export type PeopleEvent = PeopleChanged & { shown_ids: number[] };

/** A contract changed, with what the admins of both companies see of it. */
export type ContractEvent = ContractChanged & ContractAnnounced;

/** All tokens that a person was issued before a time are revoked. */
export interface PersonRevoked {
  revoked: { user_id: number; at: IsoTime };
}

/** The payload of an outbox row: one durable event, told apart by its first field. */
export type CompaniesEvent = PeopleEvent | CompanyChanged | ContractEvent | BlockChanged | PersonRevoked;
