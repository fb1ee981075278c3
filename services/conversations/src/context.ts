import type { Bus } from '@vestnik/bus';
import type { conversationsEndpoints, EndpointData, EndpointOutput, PartnerRule } from '@vestnik/contracts';
import type { ChangeQueue } from '@vestnik/data-service';
import type { Database } from '@vestnik/database';
import type { Decision } from '@vestnik/decision';
import type { Outbox } from '@vestnik/outbox';
import type { Quotas } from './quotas.ts';

/** The parts that every use case works with. */
export interface Context {
  bus: Bus;
  database: Database;
  /** Where changes of one conversation wait for each other. */
  changes: ChangeQueue;
  /** Where creations of one user wait for each other. */
  creations: ChangeQueue;
  outbox: Pick<Outbox, 'publishNow'>;
  /** Participants of a group at most, its owner included; Infinity for no limit. */
  groupSize: number;
  /** The quotas of users and companies. */
  quotas: Quotas;
  /** Groups with participants that one company has at most; Infinity for no limit. */
  companyGroups: number;
  /** The rule of the installation between companies. */
  partners: PartnerRule;
  /** Counts a decision. */
  countDecision(decision: Decision): void;
}

type Catalogue = typeof conversationsEndpoints;

/** The input of an endpoint's use case, validated. */
export type Input<Name extends keyof Catalogue> = EndpointData<Catalogue[Name]>;

/** The answer of an endpoint's use case. */
export type Output<Name extends keyof Catalogue> = EndpointOutput<Catalogue[Name]>;
