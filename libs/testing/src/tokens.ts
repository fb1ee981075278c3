import { signToken } from '@vestnik/auth';

/** The secret of every test system. */
export const SECRET = 'a secret of the tests, at least 32 bytes long';

/** A token of user `id`, of company 1 by default, good for an hour. */
export function token(id: number, companyId = 1, lifetimeSeconds = 3_600): Promise<string> {
  return Promise.resolve(signToken(SECRET, { id, companyId }, lifetimeSeconds));
}
