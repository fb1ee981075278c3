import type { Metrics } from '@vestnik/ops';
import type { Context } from './context.ts';

/** Registers the gauges of this gateway. */
export function registerGauges(
  metrics: Metrics,
  {
    connectedUsers,
    unauthenticated,
    admission,
    sender,
  }: Pick<Context, 'connectedUsers' | 'unauthenticated' | 'admission' | 'sender'>,
): void {
  metrics.gauge('sockets', 'Open sockets', () => connectedUsers.counts().sessions);
  metrics.gauge('users', 'Users with an open socket', () => connectedUsers.counts().users);
  metrics.gauge('rooms', 'Conversations served', () => connectedUsers.counts().rooms);
  metrics.gauge('unauthenticated', 'Connections that have not yet shown a token', () => unauthenticated.count());
  metrics.gauge('openings', 'Sessions that are opening', () => admission.counts().opening);
  metrics.gauge('openings_at_once', 'Sessions that may open at once now', () => admission.counts().atOnce);
  metrics.gauge('openings_waiting', 'Sessions that wait for an admission slot', () => admission.counts().waiting);
  metrics.gauge('sends_pending', 'Sends that wait for the messages service', () => sender.pending());
}
