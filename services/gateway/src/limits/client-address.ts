import ipaddr from 'ipaddr.js';

/** A network: a first address, and how many of its bits belong to the network. */
export type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Finds the address by which a client is counted, in the limits of addresses. */
export interface ClientAddresses {
  /** Returns true when connections of this address come from a trusted proxy, and so from many clients. */
  isProxy(remoteAddress: string): boolean;
  /**
   * Returns the address of the client. That is the peer of the connection, or, behind trusted proxies, the rightmost address
   * in `X-Forwarded-For` that is no trusted proxy. IPv6 addresses stand for their /64, the network of one customer.
   */
  of(remoteAddress: string, forwardedFor: string | undefined): string;
}

/** Bits of an IPv6 address that name the network of one customer. */
const CUSTOMER_BITS = 64;

/** Creates the addresses of one gateway. */
export function createClientAddresses(trustedProxies: readonly Network[]): ClientAddresses {
  function isTrusted(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
    return trustedProxies.some((network) => network[0].kind() === address.kind() && address.match(network));
  }

  function isProxy(remoteAddress: string): boolean {
    if (trustedProxies.length === 0) return false;
    const address = parse(remoteAddress);
    return address !== undefined && isTrusted(address);
  }

  return {
    isProxy,
    of(remoteAddress, forwardedFor) {
      if (forwardedFor === undefined || !isProxy(remoteAddress)) return counted(remoteAddress);
      let last = remoteAddress;
      for (const hop of forwardedFor.split(',').reverse()) {
        const address = parse(withoutPort(hop.trim()));
        // No trusted proxy vouches for what stands further left.
        if (!address) break;
        last = address.toString();
        if (!isTrusted(address)) break;
      }
      return counted(last);
    },
  };
}

/**
 * Reads a network: an address alone, or an address and its bits (CIDR).
 *
 * @returns undefined for any other text.
 */
export function parseNetwork(text: string): Network | undefined {
  const address = parse(text);
  if (address) return [address, address.kind() === 'ipv4' ? 32 : 128];
  const [first = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits) || !parse(first) || !ipaddr.isValidCIDR(text)) return undefined;
  return ipaddr.parseCIDR(text);
}

/** Reads an address. An IPv4 address that is written as IPv6 is an IPv4 address. */
function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return isFourPart(text) || text.includes(':') ? parseValid(text) : undefined;
}

function parseValid(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}

/** `ipaddr.js` takes shortened and octal forms too, which no proxy writes. */
function isFourPart(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text);
}

/** Some proxies write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
}

function counted(text: string): string {
  const address = parse(text);
  if (!address) return text;
  if (address.kind() === 'ipv4') return address.toString();
  const network = (address as ipaddr.IPv6).parts.slice(0, CUSTOMER_BITS / 16).map((part) => part.toString(16));
  return `${network.join(':')}::/${CUSTOMER_BITS}`;
}
