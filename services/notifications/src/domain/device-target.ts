import { createHash, randomBytes } from 'node:crypto';
import type { DeviceInput, PushProvider } from '@vestnik/contracts';

/** Bytes of a signing secret; Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

/**
 * The form of the keys that this release computes. Keys of another form come from older releases, which did not fold the
 * spellings of a target.
 */
export const KEY_FORM = 'v2:';

type Target = Pick<DeviceInput, 'provider' | 'target'>;

/** Returns the identity of a target in its canonical spelling. Keys that a client may renew are not part of it. */
const IDENTITY: Record<PushProvider, (target: Record<string, unknown>) => string> = {
  webhook: ({ url }) => canonicalUrl(String(url)),
  webpush: ({ endpoint }) => canonicalUrl(String(endpoint)),
  fcm: ({ token }) => String(token),
  // APNs writes tokens in hexadecimal digits.
  apns: ({ token }) => (/^[0-9a-f]+$/i.test(String(token)) ? String(token).toLowerCase() : String(token)),
};

/** Returns the key by which two targets of one provider are the same: a digest, since an index takes no long texts. */
export function targetKey({ provider, target }: Target): string {
  return `${KEY_FORM}${createHash('sha256').update(IDENTITY[provider](target)).digest('hex')}`;
}

/**
 * Returns a URL in the canonical spelling of the URL standard, without the fragment, which no request carries. It also
 * folds two spellings that the standard keeps apart and that reach the same server with the same path. These are a dot
 * behind the name, and characters that are written as `%…` without need (RFC 3986, 6.2.2).
 */
function canonicalUrl(text: string): string {
  const url = new URL(text);
  url.hash = '';
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  return url.href.replace(/%[0-9a-f]{2}/gi, (code) => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : code.toUpperCase();
  });
}

/** Returns the URL that a push to this target goes to; undefined where the provider's servers find the device. */
export function targetUrl({ provider, target }: Target): string | undefined {
  const url = provider === 'webhook' ? target['url'] : provider === 'webpush' ? target['endpoint'] : undefined;
  return typeof url === 'string' ? url : undefined;
}

/** Creates a signing secret in the form of Standard Webhooks. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
