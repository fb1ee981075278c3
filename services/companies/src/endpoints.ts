import type { Handlers } from '@vestnik/bus';
import type { companiesEndpoints } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { findRelations } from './use-cases/find-relations.ts';
import { getPeople } from './use-cases/get-people.ts';
import { moveUser } from './use-cases/move-user.ts';
import { reportTokens } from './use-cases/report-tokens.ts';
import { searchPeople } from './use-cases/search-people.ts';

/** The use case behind each request. */
export function createHandlers(context: Context): Handlers<typeof companiesEndpoints> {
  return {
    reportTokens: (input) => reportTokens(context, input),
    getPeople: (input) => getPeople(context, input),
    searchPeople: (input) => searchPeople(context, input),
    moveUser: (input) => moveUser(context, input),
    findRelations: (input) => findRelations(context, input),
  };
}
