import { VestnikError } from '../errors.ts';
import { liveSubjects } from './events.ts';

/**
 * The header of a live event. Live events travel by core NATS, at most once, from a service to the gateways with sockets of
 * the users concerned. They carry frames in the bytes that sockets get, so a gateway neither parses nor encodes frames.
 *
 * Payload: one line of JSON (`LiveHeader`), then one line for each frame. JSON text never holds a raw line feed.
 */
export interface LiveHeader {
  /** For `new_message`: the `seq` of the first frame; the frames follow one another without a gap. */
  first_seq?: number;
  /** The frame shows a change of a message. Frames of the same message that are still on their way may be older. */
  changes_message?: true;
  /** Beside `changes_message`: the `seq` of the message. */
  changed_seq?: number;
  /** Beside `changes_message`: the members who may not see the message, since it was stored before they joined. */
  hidden_from?: readonly number[];
  /** For `conversation_updated`: the version of the conversation that the frame shows. */
  version?: number;
  /** For `conversation_updated`: the conversation is suspended, so that nothing else passes through it. */
  is_suspended?: true;
  /** For `user_typing`: the user who types, or no longer types. */
  typing?: { user_id: number; is_typing: boolean };
  /** No socket of this user gets the frames. */
  except_user_id?: number;
  /** The socket of this session does not get the frames. */
  except_session_id?: string;
}

/** A live event, decoded. `frames` are UTF-8 JSON texts ready to send. */
export interface LiveEvent {
  header: LiveHeader;
  frames: Uint8Array[];
}

const LINE_FEED = 10;

/** Encodes frames (JSON texts) under a header. */
export function encodeLive(header: LiveHeader, frames: readonly string[]): string {
  return `${JSON.stringify(header)}\n${frames.join('\n')}`;
}

/** The header fields by which an event changes what a gateway delivers later. */
type DecidingField = 'first_seq' | 'changes_message' | 'version' | 'typing';

const DECIDING_FIELDS: readonly DecidingField[] = ['first_seq', 'changes_message', 'version', 'typing'];

/** The subject of an event without its last part, which names the conversation or the user. */
const eventOf = (subject: string) => subject.slice(0, subject.lastIndexOf('.'));

/** The deciding field of each event that has one. Its owner alone may publish the event. */
const FIELD_OF_EVENT = new Map<string, DecidingField>([
  [eventOf(liveSubjects.newMessage(0)), 'first_seq'],
  [eventOf(liveSubjects.messageUpdated(0)), 'changes_message'],
  [eventOf(liveSubjects.messageDeleted(0)), 'changes_message'],
  [eventOf(liveSubjects.reactionChanged(0)), 'changes_message'],
  [eventOf(liveSubjects.conversationUpdated(0)), 'version'],
  [eventOf(liveSubjects.userTyping(0)), 'typing'],
]);

/** Every event of one conversation or one user. */
const EVENTS = new Set(
  Object.values(liveSubjects).flatMap((subject) => (typeof subject === 'string' ? [] : [eventOf(subject(0))])),
);

/**
 * Decodes the result of `encodeLive`; frames are views on `bytes`, not copies.
 *
 * @throws VestnikError `invalid` for a subject of no live event, for a field that another event decides, and for a number
 *   that no message or version has.
 */
export function decodeLive(bytes: Uint8Array, subject: string): LiveEvent {
  let end = bytes.indexOf(LINE_FEED);
  if (end === -1) end = bytes.length;
  const header = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, end).toString()) as LiveHeader;
  assertOwn(header, eventOf(subject));
  const frames: Uint8Array[] = [];
  for (let start = end + 1; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(LINE_FEED, start);
    if (end === -1) end = bytes.length;
    frames.push(bytes.subarray(start, end));
  }
  return { header, frames };
}

function assertOwn(header: LiveHeader, event: string): void {
  const own = FIELD_OF_EVENT.get(event);
  const isForeign = DECIDING_FIELDS.some((field) => field !== own && header[field] !== undefined);
  if (
    isForeign ||
    !EVENTS.has(event) ||
    !isCount(header.first_seq) ||
    !isCount(header.changed_seq) ||
    !isCount(header.version)
  ) {
    throw new VestnikError('invalid', 'This is no live event of its subject');
  }
}

function isCount(value: number | undefined): boolean {
  return value === undefined || (Number.isSafeInteger(value) && value > 0);
}
