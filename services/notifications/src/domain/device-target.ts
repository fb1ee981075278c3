import { createHash, randomBytes } from 'node:crypto';
import type { DeviceInput } from '@vestnik/contracts';

/** Bytes of a signing secret; Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

/** The fields that make two targets of a provider the same; keys that may be renewed are not among them. */
const IDENTITY = {
  webhook: ['url'],
  webpush: ['endpoint'],
  fcm: ['token'],
  apns: ['token', 'topic'],
} as const;

/** What makes two targets of one provider the same: a digest, because a target may be longer than an index takes. */
export function targetKey({ provider, target }: DeviceInput): string {
  const identity = IDENTITY[provider].map((field) => target[field]);
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

/** The URL that a push to this target would be sent to; undefined where the provider knows the way. */
export function targetUrl({ provider, target }: Pick<DeviceInput, 'provider' | 'target'>): string | undefined {
  const url = provider === 'webhook' ? target['url'] : provider === 'webpush' ? target['endpoint'] : undefined;
  return typeof url === 'string' ? url : undefined;
}

/** A new signing secret in the form of Standard Webhooks. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
