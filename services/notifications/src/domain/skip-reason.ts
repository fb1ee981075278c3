import { isQuiet, type LocalClock } from './quiet-hours.ts';

/** Why a push is not sent, as the record says it. */
export type SkipReason =
  | 'connected'
  | 'muted'
  | 'quiet hours'
  | 'provider not configured'
  | 'too many waiting'
  | 'read'
  | 'left'
  | 'deleted'
  | 'device removed'
  | 'device gone'
  | 'device moved'
  | 'signed out';

/** The facts about one message for one device that speak for or against a push, whatever the message says. */
export interface PushCircumstances {
  /** The user has a socket open. */
  connected: boolean;
  muted: boolean;
  /** The user wants pushes of the conversation for mentions alone. */
  mentions_only: boolean;
  /** The message mentions the user, or all. */
  is_mention: boolean;
  quiet_start: string | null;
  quiet_end: string | null;
  quiet_time_zone: string | null;
  /** Days on which quiet hours begin; 1 is Monday. */
  quiet_days: number[] | null;
  /** There is a provider for this kind of device. */
  configured: boolean;
}

/** Returns why the user gets no push at `at`; undefined when nothing speaks against the push. */
export function skipReason(about: PushCircumstances, at: Date, clock: LocalClock): SkipReason | undefined {
  if (about.muted || (about.mentions_only && !about.is_mention)) return 'muted';
  if (isInQuietHours(about, at, clock)) return 'quiet hours';
  if (!about.configured) return 'provider not configured';
  // Last, because only this one may change a moment later.
  return about.connected ? 'connected' : undefined;
}

/** Quiet hours in a time zone that this process does not know hold nothing back. */
function isInQuietHours(about: PushCircumstances, at: Date, clock: LocalClock): boolean {
  const { quiet_start: start, quiet_end: end, quiet_time_zone: timeZone } = about;
  if (start === null || end === null || timeZone === null) return false;
  const time = clock(timeZone, at);
  return time !== undefined && isQuiet({ start, end, days: about.quiet_days ?? [] }, time);
}
