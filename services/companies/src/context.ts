import type { companiesEndpoints, EndpointData, EndpointOutput } from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { Outbox } from '@vestnik/outbox';
import type { Conversations } from './upstream/conversations.ts';

/** The parts that every use case works with. */
export interface Context {
  database: Database;
  outbox: Pick<Outbox, 'publishNow'>;
  conversations: Conversations;
}

type Catalogue = typeof companiesEndpoints;

/** The input of an endpoint's use case, validated. */
export type Input<Name extends keyof Catalogue> = EndpointData<Catalogue[Name]>;

/** The answer of an endpoint's use case. */
export type Output<Name extends keyof Catalogue> = EndpointOutput<Catalogue[Name]>;
