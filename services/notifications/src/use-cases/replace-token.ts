import type { Context, Input, Output } from '../context.ts';
import { joinFamily } from '../store/sign-out.ts';

/** Lets the devices of a token belong also to the token that took its place, so that to revoke either signs them out. */
export async function replaceToken(
  { database }: Context,
  { user_id, fingerprints, token }: Input<'replaceToken'>,
): Promise<Output<'replaceToken'>> {
  const { issued_at, expires_at = issued_at, fingerprints: added } = token;
  const isoOf = (seconds: number) => new Date(seconds * 1_000).toISOString();
  await database.query(joinFamily, [user_id, fingerprints, added, isoOf(issued_at), isoOf(expires_at)]);
  return {};
}
