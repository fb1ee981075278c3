import { createHash } from 'node:crypto';
import {
  type AccountEntry,
  type AccountHeader,
  type Conversation,
  CURSOR_LENGTH,
  companiesEndpoints,
  messagesEndpoints,
  notificationsEndpoints,
  PAGE_DEFAULT,
  PAGE_LIMIT,
  type Person,
  SYNC_MESSAGES_DEFAULT,
  VestnikError,
} from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { JsonText } from '../upstream/json-text.ts';
import { presentConversation } from '../upstream/present-conversation.ts';
import { textsOf } from '../upstream/texts-of-summaries.ts';

/** The part of an account that a client asks for; numbers beyond the most are served as the most. */
export interface AccountAsk {
  /** That of an earlier answer; undefined for the first one. */
  cursor?: string | undefined;
  /** Conversations of the answer; 50 by default. */
  limit?: number | undefined;
  /** Messages of each conversation; 20 by default. */
  messagesPerConversation?: number | undefined;
}

/**
 * Answers the next part of the caller's account: without a cursor the account as it is, with one what has changed since. It has the
 * caller's preferences where the client does not hold them as they are.
 */
export function syncAccount(context: Context, caller: Caller, ask: AccountAsk): Promise<JsonText> {
  const { userId, requestId } = caller;
  const [cursor, heldPreferences] = splitCursor(ask.cursor);
  const input = {
    user_id: userId,
    cursor,
    limit: Math.min(ask.limit ?? PAGE_DEFAULT, PAGE_LIMIT),
    messages_per_conversation: Math.min(ask.messagesPerConversation ?? SYNC_MESSAGES_DEFAULT, PAGE_LIMIT),
  };
  return context.readLimiter.run(caller, async () => {
    const [lines, preferences] = await Promise.all([
      context.bus.requestLines(messagesEndpoints.syncAccount, input, { requestId }),
      readPreferences(context, caller),
    ]);
    const [header, ...details] = lines.map(String);
    const { entries, cursor, has_more, reset, people: changed } = JSON.parse(header ?? '') as AccountHeader;
    const [{ conversations, asking }, known] = await Promise.all([
      presentEntries(context, caller, entries, details),
      readPeople(context, caller, changed),
    ]);
    const people = [...known, ...(await readPeople(context, caller, asking))];
    const isNews = !reset && preferences !== undefined && preferences.digest !== heldPreferences;
    const fields = [
      `"cursor":${JSON.stringify(cursor && joinCursor(cursor, preferences?.digest ?? heldPreferences))}`,
      `"has_more":${has_more}`,
      `"reset":${reset}`,
      `"conversations":[${conversations.join()}]`,
      `"people":${JSON.stringify(people)}`,
      ...(isNews ? [`"preferences":${preferences.json}`] : []),
    ];
    return new JsonText(`{${fields.join()}}`);
  });
}

/**
 * Returns the JSON of each conversation of an answer, and the users who ask the caller into some of them. A conversation that the
 * caller has left meanwhile is left out.
 */
async function presentEntries(
  context: Context,
  caller: Caller,
  entries: readonly AccountEntry[],
  details: readonly string[],
): Promise<{ conversations: string[]; asking: number[] }> {
  const summaries = entries.flatMap((entry) => ('summary' in entry ? [entry.summary] : []));
  const texts = await textsOf(context, caller, summaries);
  const asking = new Set<number>();
  for (const [index, text] of texts.entries()) {
    if (text === undefined || !summaries[index]?.is_invited) continue;
    for (const id of (JSON.parse(text) as Conversation).participants) asking.add(id);
  }
  let shown = 0;
  const conversations = entries.flatMap((entry) => {
    if (!('summary' in entry)) return [JSON.stringify({ id: entry.id, removed: true, version: entry.removed_version })];
    const [text, detail] = [texts[shown], details[shown] ?? '{}'];
    shown += 1;
    return text
      ? [`{"id":${entry.id},"conversation":${presentConversation(text, entry.summary)},${detail.slice(1)}`]
      : [];
  });
  return { conversations, asking: [...asking] };
}

/** Returns what the caller may know of people; nobody while companies is away. */
async function readPeople(
  { bus }: Context,
  { userId, companyId, requestId }: Caller,
  userIds: readonly number[],
): Promise<Person[]> {
  const pages = Array.from({ length: Math.ceil(userIds.length / PAGE_LIMIT) }, (_, page) =>
    userIds.slice(page * PAGE_LIMIT, (page + 1) * PAGE_LIMIT),
  );
  const asker = { user_id: userId, company_id: companyId };
  const answers = await Promise.all(
    pages.map((user_ids) =>
      unlessAway(bus.request(companiesEndpoints.getPeople, { ...asker, user_ids }, { requestId })),
    ),
  );
  return answers.flatMap((answer) => answer?.people ?? []);
}

/** Returns the answer of a service; undefined while it is away. */
async function unlessAway<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof VestnikError && error.code === 'unavailable') return undefined;
    throw error;
  }
}

/** The caller's preferences as JSON, and a short digest of them, by which a cursor says which ones the client holds. */
interface ReadPreferences {
  json: string;
  digest: string;
}

/** Returns undefined while notifications is away: a later answer has the preferences then. */
async function readPreferences({ bus }: Context, { userId, requestId }: Caller): Promise<ReadPreferences | undefined> {
  const answer = await unlessAway(
    bus.request(notificationsEndpoints.getPreferences, { user_id: userId }, { requestId }),
  );
  if (!answer) return undefined;
  const json = JSON.stringify(answer.preferences);
  return { json, digest: createHash('sha256').update(json).digest('base64url').slice(0, DIGEST_LENGTH) };
}

const DIGEST_LENGTH = 11;
const NO_DIGEST = '-';

/** A client's cursor is that of messages, and the digest of the preferences that the client holds. */
function joinCursor(cursor: string, digest: string | undefined): string {
  return `${cursor}.${digest ?? NO_DIGEST}`;
}

/** Splits a client's cursor. Messages answers one that it did not give by `reset`. */
function splitCursor(cursor: string | undefined): [cursor: string | undefined, digest: string | undefined] {
  if (cursor === undefined) return [undefined, undefined];
  const end = cursor.lastIndexOf('.');
  if (end < 0 || cursor.length > CURSOR_LENGTH || !/^[\w.-]*$/.test(cursor)) return ['', undefined];
  return [cursor.slice(0, end), cursor.slice(end + 1)];
}
