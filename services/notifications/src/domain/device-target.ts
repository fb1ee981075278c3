import { createHash, randomBytes } from 'node:crypto';
import type { DeviceInput } from '@vestnik/contracts';

/** Bytes of a signing secret; Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

/** The fields by which two targets of a provider are the same. Keys that a client may renew are not among them. */
const IDENTITY = {
  webhook: ['url'],
  webpush: ['endpoint'],
  fcm: ['token'],
  apns: ['token', 'topic'],
} as const;

/** Returns the key by which two targets of one provider are the same: a digest, since an index takes no long texts. */
export function targetKey({ provider, target }: DeviceInput): string {
  const identity = IDENTITY[provider].map((field) => target[field]);
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

/** Returns the URL that a push to this target goes to; undefined where the provider's servers find the device. */
export function targetUrl({ provider, target }: Pick<DeviceInput, 'provider' | 'target'>): string | undefined {
  const url = provider === 'webhook' ? target['url'] : provider === 'webpush' ? target['endpoint'] : undefined;
  return typeof url === 'string' ? url : undefined;
}

/** Creates a signing secret in the form of Standard Webhooks. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
