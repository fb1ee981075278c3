import {
  type CompanyPerson,
  companiesEndpoints,
  type DeviceCount,
  decodeIdCursor,
  encodeIdCursor,
  notificationsEndpoints,
  presenceEndpoints,
} from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';
import { unlessAway } from '../upstream/unless-away.ts';

/**
 * Answers a page of the people of the caller's company, for its admins, with the time at which each was last seen, and the devices.
 * While presence or notifications is away, its fields are null.
 *
 * @throws VestnikError `forbidden` without the role admin.
 */
export async function listCompanyPeople(
  { bus }: Context,
  caller: Caller,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<{ people: CompanyPerson[]; next_cursor: string | null }> {
  const page = { actor: actorOf(caller), after: cursor === undefined ? 0 : decodeIdCursor(cursor), limit };
  const { requestId } = caller;
  const { people, next } = await bus.request(companiesEndpoints.listCompanyPeople, page, { requestId });
  const of = { user_ids: people.map(({ id }) => id) };
  const [seen, devices] = await Promise.all([
    unlessAway(bus.request(presenceEndpoints.readStatuses, of, { requestId })),
    unlessAway(bus.request(notificationsEndpoints.countDevices, of, { requestId })),
  ]);
  const statuses = new Map(seen?.statuses.map((status) => [status.user_id, status]));
  const counts = Map.groupBy(devices?.counts ?? [], ({ user_id }) => user_id);
  return {
    people: people.map((person) => ({
      ...person,
      is_online: seen ? (statuses.get(person.id)?.is_online ?? false) : null,
      last_seen: statuses.get(person.id)?.last_seen ?? null,
      devices: devices ? (counts.get(person.id) ?? []).map(withoutUser) : null,
    })),
    next_cursor: next === null ? null : encodeIdCursor(next),
  };
}

function withoutUser({ user_id: _, ...count }: DeviceCount & { user_id: number }): DeviceCount {
  return count;
}
