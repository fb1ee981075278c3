import { isDeepStrictEqual } from 'node:util';
import { canonicalTimeZone, type PreferencesInput } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { publishPreferences } from '../live-events.ts';
import { presentPreferences } from '../presenters/preferences.ts';
import { replacePreferences, type StoredPreferences } from '../store/preferences.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

/**
 * Replaces a user's preferences as a whole: a part that the request leaves out is cleared. The user's sockets learn of a
 * change, and a request that changes nothing makes no event.
 */
export async function setPreferences(
  { database, bus }: Context,
  { user_id, preferences }: Input<'setPreferences'>,
): Promise<Output<'setPreferences'>> {
  let hasChanged = false;
  const stored = await replacePreferences(database, user_id, (former) => {
    const wanted = storedForm(preferences, former.general.version);
    hasChanged = !isDeepStrictEqual(presentPreferences(wanted), presentPreferences(former));
    return hasChanged ? storedForm(preferences, former.general.version + 1) : undefined;
  });
  const shown = presentPreferences(stored);
  if (hasChanged) publishPreferences(bus, user_id, shown);
  return { preferences: shown };
}

function storedForm(
  { mutedConversationIds, quietHours, conversations, ...rest }: PreferencesInput,
  version: number,
): StoredPreferences {
  return {
    general: {
      muted_conversation_ids: [...new Set(mutedConversationIds)],
      quiet_start: quietHours?.start ?? null,
      quiet_end: quietHours?.end ?? null,
      quiet_time_zone: quietHours ? (canonicalTimeZone(quietHours.timeZone) ?? null) : null,
      quiet_days: [...new Set(quietHours?.days ?? EVERY_DAY)].sort((one, other) => one - other),
      push_after_seconds: rest.pushAfterSeconds ?? null,
      version,
    },
    conversations: conversations
      .map(({ conversationId, level, mutedUntil }) => ({
        conversation_id: conversationId,
        level,
        muted_until: mutedUntil === undefined ? null : new Date(mutedUntil).toISOString(),
      }))
      .sort((one, other) => one.conversation_id - other.conversation_id),
  };
}
