import type { Handlers } from '@vestnik/bus';
import type { presenceEndpoints } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { announceAgain } from './use-cases/announce-again.ts';
import { beat } from './use-cases/beat-gateway.ts';
import { getStatuses } from './use-cases/get-statuses.ts';
import { leaveGateway } from './use-cases/leave-gateway.ts';
import { listConnected } from './use-cases/list-connected.ts';
import { reportUsers } from './use-cases/report-users.ts';

/** The use case behind each request. */
export function createHandlers(context: Context): Handlers<typeof presenceEndpoints> {
  return {
    report: (input) => reportUsers(context, input),
    beat: (input) => beat(context, input),
    leave: (input) => leaveGateway(context, input),
    announceAgain: (input) => announceAgain(context, input),
    statuses: (input, { requestId }) => getStatuses(context, input, requestId),
    connected: (input) => listConnected(context, input),
  };
}
