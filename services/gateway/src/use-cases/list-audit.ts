import { type AuditEntry, companiesEndpoints, decodeIdCursor, encodeIdCursor } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Answers a page of the audit of the caller's company, oldest first. */
export async function listAudit(
  { bus }: Context,
  caller: Caller,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<{ entries: AuditEntry[]; next_cursor: string | null }> {
  const page = { actor: actorOf(caller), after: cursor === undefined ? 0 : decodeIdCursor(cursor), limit };
  const { requestId } = caller;
  const { entries, next } = await bus.request(companiesEndpoints.listAudit, page, { requestId });
  return { entries, next_cursor: next === null ? null : encodeIdCursor(next) };
}
