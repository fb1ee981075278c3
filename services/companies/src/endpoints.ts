import type { Handlers } from '@vestnik/bus';
import type { companiesEndpoints } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { findRelations } from './use-cases/find-relations.ts';
import { moveUser } from './use-cases/move-user.ts';
import { reportTokens } from './use-cases/report-tokens.ts';

/** The use case behind each request. */
export function createHandlers(context: Context): Handlers<typeof companiesEndpoints> {
  return {
    reportTokens: (input) => reportTokens(context, input),
    moveUser: (input) => moveUser(context, input),
    findRelations: (input) => findRelations(context, input),
  };
}
