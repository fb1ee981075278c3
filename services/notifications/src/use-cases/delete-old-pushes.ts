import type { Context } from '../context.ts';
import { RECORD_DAYS } from '../domain/limits.ts';
import { prunePushes } from '../store/record.ts';

/** Records that one run deletes at most. */
const BATCH = 5_000;

/** Deletes old records of finished pushes. Returns whether there may be more to delete now. */
export async function deleteOldPushes({ database }: Context): Promise<boolean> {
  return (await prunePushes(database, RECORD_DAYS, BATCH)) === BATCH;
}
