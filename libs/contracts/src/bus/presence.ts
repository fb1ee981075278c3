import { z } from 'zod';
import { LIST_LENGTH } from '../limits.ts';
import type { IsoTime, UserStatus } from '../model.ts';
import { id, text } from '../primitives.ts';
import { define } from './endpoint.ts';

/** One run of a gateway process; a restarted gateway has a new one. */
const gateway_id = text.min(1).max(64);
const ids = z.array(id).max(10_000);

/** The requests that presence answers. */
export const presenceEndpoints = {
  /**
   * A gateway tells whose first socket opened and whose last socket closed on it. Reports of one gateway are sent one
   * after the other; saying the same again changes nothing.
   */
  reportUsers: define<Record<string, never>>()(
    'presence',
    'report-users',
    z.object({ gateway_id, connected: ids, disconnected: ids }),
  ),
  /**
   * A gateway is alive and serves `users` different users. `known` false: presence counts otherwise (it lost or never
   * had them), and the gateway reports all its users again.
   */
  beatGateway: define<{ known: boolean }>()(
    'presence',
    'beat-gateway',
    z.object({ gateway_id, users: z.int().nonnegative() }),
  ),
  /** A gateway stops in order: its users are disconnected from it now, without waiting for missed beats. */
  leaveGateway: define<Record<string, never>>()('presence', 'leave-gateway', z.object({ gateway_id })),
  /**
   * Announces again, to all gateways, how those users are whose status may have changed since then: a gateway that was cut
   * off has missed what was announced.
   */
  announceAgain: define<Record<string, never>>()('presence', 'announce-again', z.object({ since: z.iso.datetime() })),
  /** How the named users are, as `user_id` may know it: who shares no conversation looks offline and never seen. */
  getStatuses: define<{ statuses: UserStatus[] }>()(
    'presence',
    'get-statuses',
    z.object({ user_id: id, user_ids: z.array(id).max(LIST_LENGTH) }),
  ),
  /**
   * Those of `user_ids` who have a socket open now as far as presence knows, grace not counted. `heard_at`: for each of
   * them when a gateway that holds such a socket was last heard. Until then the socket was surely there; a gateway that
   * died since is noticed later.
   */
  findConnected: define<{ user_ids: number[]; heard_at: IsoTime[] }>()(
    'presence',
    'find-connected',
    z.object({ user_ids: ids }),
  ),
};
