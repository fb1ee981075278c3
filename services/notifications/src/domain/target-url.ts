import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/**
 * Returns why the service may not push to a URL, as far as its text shows; undefined when it may. The addresses of a name
 * are checked when the name is resolved.
 */
export function targetFault(text: string, options: { allowPrivate: boolean }): string | undefined {
  if (!URL.canParse(text)) return 'is not a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be http or https';
  if (url.username !== '' || url.password !== '') return 'must not carry credentials';
  if (options.allowPrivate) return undefined;
  // The parser has folded every spelling of an IPv4 address (decimal, hex, short) to its usual form.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return 'must not be this machine';
  if (isIP(host) !== 0 && !isPublicAddress(host)) return 'must not be a private address';
  return undefined;
}
