import { type Database, writeStatement } from '@vestnik/database';

/** Tokens that are no longer good. */
export interface Revoked {
  /** By user: the tokens that were issued before that moment, in Unix milliseconds. */
  users: Map<number, number>;
  fingerprints: string[];
}

// A verdict of an attempt that is under way judges the older version, and changes nothing.
const SIGNED_OUT = `set is_signed_out = true, state = 'suspended', last_error = 'signed out', version = d.version + 1`;

const signUsersOut = writeStatement<never, [userIds: readonly number[], befores: readonly string[]]>(
  'devices-sign-users-out',
  `update devices d ${SIGNED_OUT}
   from unnest($1::bigint[], $2::timestamptz[]) as revoked (user_id, before)
   where d.user_id = revoked.user_id and coalesce(d.token_issued_at, d.created_at) < revoked.before
     and not d.is_signed_out`,
);
const signTokensOut = writeStatement<never, [fingerprints: readonly string[]]>(
  'devices-sign-tokens-out',
  `update devices d ${SIGNED_OUT}
   where d.token_fingerprints && $1::text[] and not d.is_signed_out`,
);

/** Signs the devices of revoked tokens out. Their pushes are skipped before the next attempt. */
export async function signOut(database: Database, { users, fingerprints }: Revoked): Promise<void> {
  if (users.size > 0) {
    const befores = [...users.values()].map((before) => new Date(before).toISOString());
    await database.query(signUsersOut, [[...users.keys()], befores]);
  }
  if (fingerprints.length > 0) await database.query(signTokensOut, [fingerprints]);
}
