import { createHash } from 'node:crypto';
import type { AuditLink } from '@vestnik/contracts';

/**
 * Returns the first entry of a chain that does not follow from the one before, or was changed; undefined when all are sound.
 *
 * @param before the hash of the entry before the first one; empty at the beginning
 */
export function findBroken(links: readonly AuditLink[], before: string): AuditLink | undefined {
  let last = before;
  return links.find((link) => {
    const isSound = link.previous_hash === last && link.hash === hashOf(link);
    last = link.hash;
    return !isSound;
  });
}

/** Hashes an entry as companies does when it adds one (`append_audit`). */
function hashOf({
  previous_hash,
  company_id,
  at,
  actor_id,
  actor_company_id,
  action,
  object,
  detail,
}: AuditLink): string {
  const parts = [previous_hash, company_id, at, actor_id ?? '-', actor_company_id ?? '-', action, object, detail];
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}
