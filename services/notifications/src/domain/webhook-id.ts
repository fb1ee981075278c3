/** The installation that pushes come from. */
export interface Installation {
  /** Differs from that of every other installation. */
  id: string;
  /** The last push from before installations had ids. */
  last_former_push: number;
}

/**
 * Returns the `webhook-id` of a push, the same for all its attempts. No other installation gives it, since a receiver may
 * have devices of several. A push from before installations had ids keeps its former one.
 */
export function webhookId(installation: Installation, pushId: number): string {
  if (pushId <= installation.last_former_push) return `push_${pushId}`;
  return `push_${installation.id}_${pushId}`;
}
