import { z } from 'zod';
import { LIST_LENGTH, PAGE_LIMIT } from '../limits.ts';
import type { IsoTime, UserStatus } from '../model.ts';
import { id, text } from '../primitives.ts';
import { define } from './endpoint.ts';

/** One run of a gateway process; a restarted gateway has a new one. */
const gateway_id = text.min(1).max(64);
const ids = z.array(id).max(10_000);

/** The requests that presence answers. */
export const presenceEndpoints = {
  /**
   * A gateway reports the users whose first socket opened on it, and the users whose last socket closed. It sends one report
   * after the other. The same report again changes nothing. `idle` are those of `connected` with idle sockets alone; the
   * others are active.
   */
  reportUsers: define<Record<string, never>>()(
    'presence',
    'report-users',
    z.object({ gateway_id, connected: ids, disconnected: ids, idle: ids.default([]) }),
  ),
  /**
   * A gateway reports that it is alive and serves `users` different users. `known` is false when presence counts another
   * number of users on it. The gateway then reports all its users again.
   */
  beatGateway: define<{ known: boolean }>()(
    'presence',
    'beat-gateway',
    z.object({ gateway_id, users: z.int().nonnegative() }),
  ),
  /** A gateway reports that it stops. Its users are disconnected from it now, without waiting for missed beats. */
  leaveGateway: define<Record<string, never>>()('presence', 'leave-gateway', z.object({ gateway_id })),
  /**
   * Announces the status of all users again, to all gateways, whose status may have changed since a time. A gateway that was
   * cut off asks for this, since it has missed announcements.
   */
  announceAgain: define<Record<string, never>>()('presence', 'announce-again', z.object({ since: z.iso.datetime() })),
  /** Reads the status of users, as `user_id` may know it. A user who shares no conversation looks offline and never seen. */
  getStatuses: define<{ statuses: UserStatus[] }>()(
    'presence',
    'get-statuses',
    z.object({ user_id: id, user_ids: z.array(id).max(LIST_LENGTH) }),
  ),
  /** Reads the status of users as it is, for the admins of their company. Users who were never seen are left out. */
  readStatuses: define<{ statuses: UserStatus[] }>()(
    'presence',
    'read-statuses',
    z.object({ user_ids: z.array(id).max(PAGE_LIMIT) }),
  ),
  /**
   * Finds the users of `user_ids` who have an active socket now, as far as presence knows. The grace does not count. `heard_at`
   * says for each of them when presence last heard a gateway that holds such a socket. The socket was there at that time. A
   * gateway that has died since is noticed later.
   */
  findConnected: define<{ user_ids: number[]; heard_at: IsoTime[] }>()(
    'presence',
    'find-connected',
    z.object({ user_ids: ids }),
  ),
};
