import { canonicalTimeZone, type PreferencesInput } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { presentPreferences } from '../presenters/preferences.ts';
import { type StoredPreferences, savePreferences } from '../store/preferences.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

/** Replaces a user's preferences as a whole: a part that the request leaves out is cleared. */
export async function setPreferences(
  { database }: Context,
  { user_id, preferences }: Input<'setPreferences'>,
): Promise<Output<'setPreferences'>> {
  const stored = storedForm(preferences);
  await savePreferences(database, user_id, stored);
  return { preferences: presentPreferences(stored) };
}

function storedForm({ mutedConversationIds, quietHours, conversations, ...rest }: PreferencesInput): StoredPreferences {
  return {
    general: {
      muted_conversation_ids: [...new Set(mutedConversationIds)],
      quiet_start: quietHours?.start ?? null,
      quiet_end: quietHours?.end ?? null,
      quiet_time_zone: quietHours ? (canonicalTimeZone(quietHours.timeZone) ?? null) : null,
      quiet_days: [...new Set(quietHours?.days ?? EVERY_DAY)].sort((one, other) => one - other),
      push_after_seconds: rest.pushAfterSeconds ?? null,
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
