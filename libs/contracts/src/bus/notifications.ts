import { z } from 'zod';
import { PAGE_LIMIT } from '../limits.ts';
import { type Device, type DeviceCount, type IsoTime, PUSH_PROVIDERS } from '../model.ts';
import { id, text } from '../primitives.ts';
import { type NotificationLevel, preferencesInput } from '../push-input.ts';
import { define } from './endpoint.ts';

/** A user's notification preferences, as the user sees them. */
export interface Preferences {
  muted_conversation_ids: number[];
  /** `days`: on which the span begins; 1 is Monday. */
  quiet_hours: { start: string; end: string; time_zone: string; days: number[] } | null;
  conversations: { conversation_id: number; level: NotificationLevel; muted_until: IsoTime | null }[];
  /** A connected user gets a push for a message that is still unread after this time; null: none. */
  push_after_seconds: number | null;
  /** Grows with every change; 0 before the first. Of two states the one with the larger version is newer. */
  version: number;
}

/** Messages, each for one user, that one request to resume pushes names at most. */
export const UNDELIVERED_LIMIT = 5_000;

/** The last second of the year 9999, in Unix time: later moments have no ISO 8601 text of four digits. */
const LAST_SECOND = 253_402_300_799;

/** A token: Unix times in seconds, and the fingerprints by which a revocation names it. */
const tokenMarks = z.object({
  issued_at: z.number().nonnegative().max(LAST_SECOND),
  expires_at: z.number().nonnegative().max(LAST_SECOND).optional(),
  fingerprints: z.array(text).max(10),
});

/** The requests that notifications answers; `user_id` is the caller, who owns the devices. */
export const notificationsEndpoints = {
  /**
   * Registers a push target. A webhook without a secret gets one. The answer has the secret of a new device, and one that
   * the caller gave. `invalid` for a target that the service may not call.
   */
  registerDevice: define<{ device: Device }>()(
    'notifications',
    'register-device',
    z.object({
      user_id: id,
      provider: z.enum(PUSH_PROVIDERS),
      target: z.record(z.string(), z.unknown()),
      secret: z.string().optional(),
      /** The token that registers the device. */
      token: tokenMarks.optional(),
    }),
  ),
  /**
   * Takes that a new token has taken the place of another on a socket. Devices of the old token belong to both: to revoke either
   * of them signs the devices out.
   */
  replaceToken: define<Record<string, never>>()(
    'notifications',
    'replace-token',
    z.object({ user_id: id, fingerprints: z.array(text).max(10), token: tokenMarks }),
  ),
  /** Lists the user's devices. */
  listDevices: define<{ devices: Device[] }>()('notifications', 'list-devices', z.object({ user_id: id })),
  /** Counts the devices of users by provider and state, for the admins of their company. */
  countDevices: define<{ counts: (DeviceCount & { user_id: number })[] }>()(
    'notifications',
    'count-devices',
    z.object({ user_ids: z.array(id).max(PAGE_LIMIT) }),
  ),
  /** Removes a device of the user and drops the pushes that wait for it. `not_found` for every other device. */
  removeDevice: define<Record<string, never>>()(
    'notifications',
    'remove-device',
    z.object({ user_id: id, device_id: id }),
  ),
  /** Returns the user's preferences. */
  getPreferences: define<{ preferences: Preferences }>()('notifications', 'get-preferences', z.object({ user_id: id })),
  /** Replaces the preferences as a whole. */
  setPreferences: define<{ preferences: Preferences }>()(
    'notifications',
    'set-preferences',
    z.object({ user_id: id, preferences: preferencesInput }),
  ),
  /** Makes pushes due that were skipped or held for connected users whose sockets ended without confirming the message. */
  resumePushes: define<Record<string, never>>()(
    'notifications',
    'resume-pushes',
    z.object({
      undelivered: z
        .array(z.object({ user_id: id, message_id: id }))
        .min(1)
        .max(UNDELIVERED_LIMIT),
    }),
  ),
};
