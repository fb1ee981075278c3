import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/**
 * Why a URL may not be pushed to, as far as its text tells; undefined when it may. A name is looked at again when it
 * has been resolved.
 */
export function targetFault(text: string, options: { allowPrivate: boolean }): string | undefined {
  if (!URL.canParse(text)) return 'is not a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be http or https';
  if (url.username !== '' || url.password !== '') return 'must not carry credentials';
  if (options.allowPrivate) return undefined;
  // The parser has brought every spelling of an IPv4 address (decimal, hex, short) to its usual form by now.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return 'must not be this machine';
  if (isIP(host) !== 0 && !isPublicAddress(host)) return 'must not be a private address';
  return undefined;
}
