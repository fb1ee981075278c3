import { type CompanyRole, VestnikError } from '@vestnik/contracts';

/**
 * Refuses a user who has none of the roles. A role counts for the company of the token that gave it.
 *
 * @throws VestnikError `forbidden`
 */
export function requireRole(role: CompanyRole | undefined, ...allowed: readonly CompanyRole[]): void {
  if (role === undefined || !allowed.includes(role)) {
    throw new VestnikError('forbidden', `This is for people with the role ${allowed.join(' or ')}`);
  }
}
