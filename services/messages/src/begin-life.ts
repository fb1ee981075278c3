import { randomBytes } from 'node:crypto';
import type { Context } from './context.ts';
import { beginLife as begin } from './store/lives.ts';

/** Begins a life of the database, with a key of its own for cursors, unless the server's present one has begun. */
export async function beginLife({ database }: Pick<Context, 'database'>): Promise<void> {
  await database.query(begin, [randomBytes(12).toString('base64url'), randomBytes(32).toString('base64url')]);
}
