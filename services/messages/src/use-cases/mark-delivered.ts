import type { Context, Input, Output } from '../context.ts';
import { moveDeliveredMarkers } from '../delivered-markers.ts';

/** Moves delivered markers of many members. */
export async function markDelivered(
  context: Context,
  { deliveries }: Input<'markDelivered'>,
): Promise<Output<'markDelivered'>> {
  return { again: await moveDeliveredMarkers(context, deliveries) };
}
