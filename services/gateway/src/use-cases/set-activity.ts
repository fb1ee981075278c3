import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/** Takes that the user acts at this socket, or does not: an idle socket holds no pushes back. The next event ends that. */
export async function setActivity(
  _context: Context,
  _caller: Caller,
  { state }: { state: 'active' | 'idle' },
  session: { actedAt: number },
): Promise<Record<string, never>> {
  session.actedAt = state === 'active' ? Date.now() : Number.NEGATIVE_INFINITY;
  return {};
}
