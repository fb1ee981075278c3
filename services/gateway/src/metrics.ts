import type { Metrics } from '@vestnik/ops';
import type { Context } from './context.ts';
import type { ConnectedUsers } from './users/connected-users.ts';

/** Registers what the metrics of this gateway show of the present moment. */
export function registerGauges(
  metrics: Metrics,
  {
    connectedUsers,
    unauthenticated,
    admission,
    sender,
  }: Pick<Context, 'unauthenticated' | 'admission' | 'sender'> & {
    connectedUsers: Pick<ConnectedUsers<never>, 'counts'>;
  },
): void {
  metrics.gauge('sockets', 'Open sockets', () => connectedUsers.counts().sessions);
  metrics.gauge('users', 'Users with an open socket', () => connectedUsers.counts().users);
  metrics.gauge('rooms', 'Conversations served', () => connectedUsers.counts().rooms);
  metrics.gauge('unauthenticated', 'Connections that have yet to show a token', () => unauthenticated.count());
  metrics.gauge('openings', 'Sessions that are opening', () => admission.counts().opening);
  metrics.gauge('openings_at_once', 'Sessions that may open at once just now', () => admission.counts().atOnce);
  metrics.gauge('openings_waiting', 'Sessions that wait for their turn to open', () => admission.counts().waiting);
  metrics.gauge('sends_pending', 'Sends that wait for the messages service', () => sender.pending());
}
