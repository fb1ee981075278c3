import { z } from 'zod';
import { PUSH_PROVIDERS, type PushProvider } from './model.ts';
import { text } from './primitives.ts';
import { canonicalTimeZone } from './time-zone.ts';
import { parse } from './validation.ts';

const url = text.max(2_048).refine((value) => URL.canParse(value), 'must be a URL');
const provider = z.object({ provider: z.enum(PUSH_PROVIDERS) });

/** A signing secret of Standard Webhooks: `whsec_` and 24 to 64 bytes in base64. */
const webhookSecret = z.string().refine((value) => {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(value)) return false;
  const bytes = Buffer.from(value.slice('whsec_'.length), 'base64').length;
  return bytes >= 24 && bytes <= 64;
}, 'must be whsec_ and 24 to 64 bytes in base64');

/** The target and the secret of a device, for each provider. */
export const deviceTargets = {
  webhook: z.object({ target: z.object({ url }), secret: webhookSecret.optional() }),
  webpush: z.object({
    target: z.object({ endpoint: url, keys: z.object({ p256dh: text.min(1).max(256), auth: text.min(1).max(256) }) }),
  }),
  fcm: z.object({ target: z.object({ token: text.min(1).max(4_096) }) }),
  apns: z.object({ target: z.object({ token: text.min(1).max(4_096), topic: text.min(1).max(255) }) }),
} satisfies Record<PushProvider, z.ZodType>;

/** A push target that a client registers. */
export interface DeviceInput {
  provider: PushProvider;
  target: Record<string, unknown>;
  secret?: string | undefined;
}

/**
 * Checks the body of a device registration.
 *
 * @throws VestnikError `bad_request` or `invalid`, as `parse` does.
 */
export function parseDevice(body: unknown): DeviceInput {
  const kind = parse(provider, body).provider;
  const { target, secret } = parse(
    deviceTargets[kind] as z.ZodType<{ target: Record<string, unknown>; secret?: string }>,
    body,
  );
  return { provider: kind, target, secret };
}

const timeZone = text.refine((name) => canonicalTimeZone(name) !== undefined, 'must be an IANA time zone');
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM');

/** The pushes that a user wants of a conversation: every message, mentions of the user, or none. */
export const NOTIFICATION_LEVELS = ['all', 'mentions', 'none'] as const;
export type NotificationLevel = (typeof NOTIFICATION_LEVELS)[number];

const CONVERSATIONS = 10_000;
const conversation = z.object({
  conversationId: z.int().positive(),
  level: z.enum(NOTIFICATION_LEVELS),
  mutedUntil: z.iso.datetime({ offset: true }).optional(),
});

/** When a user wants no push: muted conversations, levels of conversations, and a daily span of quiet hours. */
export const preferencesInput = z.object({
  mutedConversationIds: z.array(z.int().positive()).max(CONVERSATIONS).default([]),
  quietHours: z
    .object({
      start: clock,
      end: clock,
      timeZone,
      /** Days on which the span begins; 1 is Monday. */
      days: z.array(z.int().min(1).max(7)).min(1).max(7).default([1, 2, 3, 4, 5, 6, 7]),
    })
    .optional(),
  conversations: z
    .array(conversation)
    .max(CONVERSATIONS)
    .refine(
      (all) => new Set(all.map(({ conversationId }) => conversationId)).size === all.length,
      'must name each conversation once',
    )
    .default([]),
  /** A connected user gets a push for a message that is still unread after this time. Absent: none. */
  pushAfterSeconds: z.int().min(10).max(3_600).optional(),
});

/** A user's notification preferences, validated. */
export type PreferencesInput = z.output<typeof preferencesInput>;
