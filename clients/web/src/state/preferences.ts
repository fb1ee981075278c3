import type { Preferences, PreferencesInput } from '@vestnik/client';

/** Returns preferences as the server takes them: the whole, since it replaces the whole. */
export function inputOf(preferences: Preferences | null): PreferencesInput {
  if (!preferences) return {};
  const { muted_conversation_ids, quiet_hours, conversations, push_after_seconds } = preferences;
  return {
    mutedConversationIds: muted_conversation_ids,
    ...(quiet_hours && {
      quietHours: {
        start: quiet_hours.start,
        end: quiet_hours.end,
        timeZone: quiet_hours.time_zone,
        days: quiet_hours.days,
      },
    }),
    conversations: conversations.map(({ conversation_id, level, muted_until }) => ({
      conversationId: conversation_id,
      level,
      ...(muted_until && { mutedUntil: muted_until }),
    })),
    ...(push_after_seconds !== null && { pushAfterSeconds: push_after_seconds }),
  };
}

/** The same with another level for a conversation. */
export function withLevel(
  preferences: Preferences | null,
  conversationId: number,
  level: 'all' | 'mentions' | 'none',
): PreferencesInput {
  const input = inputOf(preferences);
  const entry = input.conversations?.find((each) => each.conversationId === conversationId);
  const others = (input.conversations ?? []).filter((each) => each.conversationId !== conversationId);
  return { ...input, conversations: [...others, { ...entry, conversationId, level }] };
}

/** The same with a conversation silent until a moment (ISO 8601) or `always`, or not silent (undefined). */
export function withSilence(
  preferences: Preferences | null,
  conversationId: number,
  until: string | undefined,
): PreferencesInput {
  const input = inputOf(preferences);
  const muted = (input.mutedConversationIds ?? []).filter((id) => id !== conversationId);
  const entry = input.conversations?.find((each) => each.conversationId === conversationId);
  const others = (input.conversations ?? []).filter((each) => each.conversationId !== conversationId);
  const level = until === undefined && entry?.level === 'none' ? 'all' : (entry?.level ?? 'all');
  const isTimed = until !== undefined && until !== 'always';
  return {
    ...input,
    mutedConversationIds: until === 'always' ? [...muted, conversationId] : muted,
    conversations:
      entry || isTimed ? [...others, { conversationId, level, ...(isTimed && { mutedUntil: until }) }] : others,
  };
}
