import { type Database, statement, writeStatement } from '@vestnik/database';

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

/** Fingerprints of one device at most. Those of older tokens are dropped: the tokens have expired, or will soon. */
const FINGERPRINTS = 20;

/** Lets the devices of a token belong to a further token too. */
export const joinFamily = writeStatement<
  never,
  [userId: number, old: readonly string[], added: readonly string[], issuedAt: string, expiresAt: string]
>(
  'devices-join-family',
  `update devices d set
     token_fingerprints = ($3::text[] || d.token_fingerprints)[1:${FINGERPRINTS}],
     token_issued_at = greatest(coalesce(d.token_issued_at, d.created_at), $4::timestamptz),
     token_expires_at = greatest(d.token_expires_at, $5::timestamptz)
   where d.user_id = $1 and d.token_fingerprints && $2::text[] and not d.token_fingerprints @> $3::text[]
     and not d.is_signed_out`,
);

/** Finds users with devices whose tokens expired before a moment, those with the oldest first. */
export const findExpired = statement<{ user_id: number }, [before: string, limit: number]>(
  'devices-find-expired',
  `select distinct user_id from (
     select user_id from devices where token_expires_at < $1::timestamptz and not is_signed_out
     order by token_expires_at limit $2
   ) d`,
);

/** Notes that a user was seen, so that devices with expired tokens are looked at again so long after that moment. */
export const noteSeen = writeStatement<never, [userId: number, seenAt: string]>(
  'devices-note-seen',
  `update devices d set token_expires_at = $2::timestamptz
   where d.user_id = $1 and d.token_expires_at < $2::timestamptz and not d.is_signed_out`,
);

/** Signs out a user's devices whose tokens expired before a moment. */
export const signExpiredOut = writeStatement<never, [userId: number, before: string]>(
  'devices-sign-expired-out',
  `update devices d ${SIGNED_OUT}
   where d.user_id = $1 and d.token_expires_at < $2::timestamptz and not d.is_signed_out`,
);
