import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createHostsFile } from './hosts-file.ts';

/** Resolves a name to its addresses. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** Thrown when a name has no address, or when no DNS server answered in time. */
export class UnresolvedNameError extends Error {
  override readonly name = 'UnresolvedNameError';
  /** `dns timeout`, or the code of the DNS answer, such as `ENOTFOUND`. */
  readonly code: string;

  constructor(hostname: string, code: string) {
    super(`${hostname} could not be resolved: ${code}`);
    this.code = code;
  }
}

/** How names are resolved. */
export interface ResolveOptions {
  /** DNS servers, as `address` or `address:port`; default: the system's. */
  servers?: readonly string[];
  /** Milliseconds for one name as a whole. */
  deadlineMs?: number;
}

const DEADLINE_MS = 4_000;
/** Milliseconds until the resolver asks a server that did not answer again. */
const TRY_MS = 1_000;
const TRIES = 3;
/** When one family has addresses, the other family has this long to answer, in milliseconds. */
const OTHER_FAMILY_MS = 200;

const LOOPBACK: LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * Creates a resolver that asks DNS servers itself. Each name has a deadline, after which its queries are cancelled. The
 * system's own lookup (`getaddrinfo`) cannot be cancelled, and all lookups of a process share its four threads. With it, a
 * few names whose DNS servers never answer would hold up all other names.
 *
 * It also knows the hosts file and `localhost`. It asks for names as they are, without the search list of `resolv.conf`.
 */
export function createResolve({ servers = [], deadlineMs = DEADLINE_MS }: ResolveOptions = {}): Resolve {
  const hosts = createHostsFile();
  return async (hostname) => {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    if (name === 'localhost' || name.endsWith('.localhost')) return LOOPBACK;
    const known = await hosts.find(name);
    if (known.length > 0) return known;
    // A resolver of its own for each name: `cancel` ends all queries of a resolver.
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
    if (servers.length > 0) resolver.setServers(servers);
    const deadline = setTimeout(() => resolver.cancel(), deadlineMs);
    try {
      return await queryBothFamilies(resolver, name);
    } finally {
      clearTimeout(deadline);
      resolver.cancel();
    }
  };
}

/** Queries IPv4 and IPv6 addresses at the same time. A family whose query hangs does not hold up the other one. */
async function queryBothFamilies(resolver: Resolver, name: string): Promise<LookupAddress[]> {
  const found: LookupAddress[] = [];
  const query = async (family: 4 | 6) => {
    const addresses = await (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name));
    found.push(...addresses.map((address) => ({ address, family })));
  };
  const queries = [query(4), query(6)];
  const bothEnded = Promise.allSettled(queries);
  const firstFound = Promise.any(queries).then(
    () => delay(OTHER_FAMILY_MS, undefined, { ref: false }),
    () => undefined,
  );
  await Promise.race([bothEnded, firstFound]);
  if (found.length > 0) return found;
  const [ipv4] = await bothEnded;
  throw new UnresolvedNameError(name, ipv4?.status === 'rejected' ? codeOf(ipv4.reason) : 'ENODATA');
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ECANCELLED' || code === 'ETIMEOUT') return 'dns timeout';
  return typeof code === 'string' ? code : 'ENODATA';
}
