import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from '../domain/public-address.ts';
import { type Resolve, UnresolvedNameError } from './resolve.ts';

/** Thrown when a name has no public address. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/** One address at least. */
type Addresses = [LookupAddress, ...LookupAddress[]];

/**
 * Creates a lookup for sockets. Unless `allowPrivate`, it answers public addresses alone. The connection goes to an
 * address that this lookup answered, so a name that points elsewhere a moment later gains nothing.
 */
export function createLookup(resolve: Resolve, { allowPrivate }: { allowPrivate: boolean }): LookupFunction {
  const findUsable = async (hostname: string, family: number): Promise<Addresses> => {
    const usable = (await resolve(hostname)).filter((found) => family === 0 || found.family === family);
    if (usable.length === 0) throw new UnresolvedNameError(hostname, 'ENODATA');
    const allowed = usable.filter(({ address }) => allowPrivate || isPublicAddress(address));
    if (allowed.length === 0) throw new PrivateAddressError(`${hostname} has no public address`);
    return allowed as Addresses;
  };
  const answer = async (...[hostname, options, callback]: Parameters<LookupFunction>): Promise<void> => {
    const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : (options.family ?? 0);
    let allowed: Addresses;
    try {
      allowed = await findUsable(hostname, family);
    } catch (error) {
      callback(error as NodeJS.ErrnoException, '');
      return;
    }
    const [{ address, family: found }] = allowed;
    if (options.all) callback(null, allowed);
    else callback(null, address, found);
  };
  return (...call) => void answer(...call);
}
