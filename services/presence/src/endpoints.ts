import type { Handlers } from '@vestnik/bus';
import type { presenceEndpoints } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { announceAgain } from './use-cases/announce-again.ts';
import { beatGateway } from './use-cases/beat-gateway.ts';
import { findConnected } from './use-cases/find-connected.ts';
import { getStatuses } from './use-cases/get-statuses.ts';
import { leaveGateway } from './use-cases/leave-gateway.ts';
import { readStatuses } from './use-cases/read-statuses.ts';
import { reportUsers } from './use-cases/report-users.ts';

/** The use case behind each request. */
export function createHandlers(context: Context): Handlers<typeof presenceEndpoints> {
  return {
    reportUsers: (input) => reportUsers(context, input),
    beatGateway: (input) => beatGateway(context, input),
    leaveGateway: (input) => leaveGateway(context, input),
    announceAgain: (input) => announceAgain(context, input),
    getStatuses: (input, { requestId }) => getStatuses(context, input, requestId),
    readStatuses: (input) => readStatuses(context, input),
    findConnected: (input) => findConnected(context, input),
  };
}
