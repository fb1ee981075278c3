import type { ListedConversation, Markers, Message } from '../protocol/model.ts';
import { joinAll } from './join-message.ts';
import type { Held } from './state.ts';

/** Characters of the newest message that a conversation shows. */
const EXCERPT = 200;

/** Returns the beginning of a text, whole characters as people count them. */
function excerptOf(content: string): string {
  if (content.length <= EXCERPT) return content;
  let end = 0;
  let count = 0;
  for (const { index, segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(content)) {
    end = index + segment.length;
    count += 1;
    if (count === EXCERPT) break;
  }
  return content.slice(0, end);
}

/** Returns the newest message where the client knows it. */
function newestOf({ known, messages, strays }: Held): Message | undefined {
  const newest = messages.at(-1);
  if (newest && newest.seq >= known.head_seq) return newest;
  const updates = strays.get(known.last_message_id ?? 0) ?? [];
  const whole = updates.find((update): update is Message => 'id' in update);
  return whole && joinAll(whole, updates).message;
}

interface Counts {
  unread: number;
  mentions: number;
  /** The client does not know enough to be exact. */
  isGuess: boolean;
}

/** Counts the unread messages of others, and those of them that mention the user. */
function count(messages: readonly Message[], behindSeq: number, userId: number): Omit<Counts, 'isGuess'> {
  let unread = 0;
  let mentions = 0;
  for (let place = messages.length - 1; place >= 0; place -= 1) {
    const message = messages[place] as Message;
    if (message.seq <= behindSeq) break;
    if (message.sender_id === userId || message.deleted_at !== null) continue;
    unread += 1;
    if (message.mentions === 'all' || message.mentions.includes(userId)) mentions += 1;
  }
  return { unread, mentions };
}

/**
 * Returns the counts: exact where every message behind the marker is held, and otherwise those of the newest answer, moved by the
 * messages that came later.
 */
function countsOf({ known, messages, floor, isCountDoubtful }: Held, readSeq: number, userId: number): Counts {
  if (floor <= readSeq + 1) return { ...count(messages, readSeq, userId), isGuess: false };
  const since = count(messages, Math.max(readSeq, known.head_seq), userId);
  if (readSeq >= known.head_seq) return { ...since, isGuess: false };
  const left = known.head_seq - readSeq;
  return {
    unread: Math.min(known.unread_count, left) + since.unread,
    mentions: Math.min(known.mention_count, left) + since.mentions,
    isGuess: isCountDoubtful || readSeq > known.read_seq,
  };
}

function sameFields<Value extends object>(one: Value, other: Value): boolean {
  return (
    Object.keys(one).length === Object.keys(other).length &&
    Object.entries(one).every(([name, value]) => other[name as keyof Value] === value)
  );
}

/** Returns the markers of those who are participants. */
function markersOf({ allMarkers, known, markers }: Held): ReadonlyMap<number, Markers> {
  const shown = new Map<number, Markers>();
  for (const userId of known.participants) {
    const own = allMarkers.get(userId);
    if (own) shown.set(userId, own);
  }
  const isSame = shown.size === markers.size && [...shown].every(([id, own]) => markers.get(id) === own);
  return isSame ? markers : shown;
}

/** Works out what a conversation shows from what the client holds of it. Parts that stay are the same objects. */
export function present(held: Held, before: Held | undefined, userId: number): Held {
  if (held === before) return held;
  const readSeq = Math.max(held.known.read_seq, held.allMarkers.get(userId)?.read_seq ?? 0);
  const { unread, mentions, isGuess } = countsOf(held, readSeq, userId);
  const newest = newestOf(held);
  const conversation: ListedConversation = {
    ...held.known,
    ...(newest && {
      last_message_id: newest.id,
      last_message_at: newest.created_at,
      last_message_time: newest.created_at,
      last_message_content: newest.content === null ? null : excerptOf(newest.content),
    }),
    unread_count: unread,
    mention_count: mentions,
    read_seq: readSeq,
    head_seq: Math.max(held.known.head_seq, newest?.seq ?? 0),
  };
  const hasOlder = !held.isWhole && (held.messages[0]?.seq ?? conversation.head_seq + 1) > 1;
  const typing = [...held.typists.keys()];
  const isSameTyping = typing.length === held.typing.length && typing.every((id, place) => held.typing[place] === id);
  return {
    ...held,
    conversation: sameFields(conversation, held.conversation) ? held.conversation : conversation,
    markers: held.allMarkers === before?.allMarkers && held.known === before.known ? held.markers : markersOf(held),
    hasOlder,
    typing: isSameTyping ? held.typing : typing,
    needsCount: isGuess,
  };
}
