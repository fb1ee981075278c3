import ipaddr from 'ipaddr.js';

/** Global unicast, the only part of IPv6 that is routed on the Internet (RFC 4291). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** Public addresses that answer requests of virtual machines about themselves (Azure). */
const METADATA_IN_PUBLIC = new Set(['168.63.129.16']);

/**
 * Returns true when an IP address is one of the public Internet: not loopback, private, link-local, unique-local, shared
 * (CGNAT), multicast, documentation, reserved or metadata. IPv6 that carries an IPv4 address (mapped, translated,
 * tunnelled) is never public: it would be a second spelling of a private address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv6 ? parsed.match(GLOBAL_UNICAST) : !METADATA_IN_PUBLIC.has(parsed.toString());
}
