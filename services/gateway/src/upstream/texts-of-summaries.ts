import type { Conversation, ConversationSummary } from '@vestnik/contracts';
import type { Reading } from './caller.ts';
import type { ConversationTexts } from './conversation-texts.ts';
import type { Reader } from './reader.ts';

/**
 * Returns the JSON of each conversation; undefined for one that the caller is not in. A text that this gateway holds is
 * good as long as its version is the one that messages knows. Messages knows a change before its author gets the reply. The
 * other texts come from conversations.
 */
export async function textsOf(
  { reader, texts }: { reader: Reader; texts: ConversationTexts },
  { userId, requestId }: Reading,
  summaries: readonly ConversationSummary[],
): Promise<(string | undefined)[]> {
  // A user who is invited sees less of the conversation than its members do.
  const found = summaries.map(({ conversation_id, version, is_invited }) =>
    is_invited ? undefined : texts.get(conversation_id, version),
  );
  const missing = [...found.keys()].filter((index) => found[index] === undefined);
  if (missing.length === 0) return found;
  const ids = missing.map((index) => summaries[index]?.conversation_id ?? 0);
  const lines = await reader.describe(userId, ids, requestId);
  for (const [place, line] of lines.entries()) {
    if (line.length === 0) continue;
    const text = line.toString();
    const index = missing[place] ?? 0;
    if (!summaries[index]?.is_invited) texts.put(JSON.parse(text) as Conversation, text);
    found[index] = text;
  }
  return found;
}
