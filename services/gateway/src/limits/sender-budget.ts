import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** Bytes of live events that one sender may bring to a lagging socket: in a second, and at once. */
const BYTES_PER_SECOND = 65_536;
const BURST_BYTES = 262_144;

const MESSAGE_START = Buffer.from('{"event":"new_message"');
const SENDER_KEY = '"sender_id":';
const ZERO = 48;
/** Buckets that are kept at most. Beyond it, those that are full again are dropped. */
const MAX_BUCKETS = 1_000;

/** The live events that may go to a socket which lags: those of each sender up to a budget, or none. */
export class SenderBudget {
  /** The socket gets nothing at all until its client has read. */
  isSuspended = false;
  /** The socket has missed an event. */
  hasMissed = false;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #onFirstMiss: () => void;
  readonly #onMiss: () => void;

  /** `onFirstMiss` is called before the first event that the socket misses, and `onMiss` for each of them. */
  constructor(onFirstMiss: () => void, onMiss: () => void) {
    this.#onFirstMiss = onFirstMiss;
    this.#onMiss = onMiss;
  }

  /**
   * Returns true when a frame of a conversation may go to the socket. Messages count for their sender, and everything else for
   * its conversation, since others may change a message of an innocent sender. Frames outside conversations share one budget.
   */
  passes(frame: string | Uint8Array, conversationId = 0, now = performance.now()): boolean {
    if (!this.isSuspended && this.#take(keyOf(frame, conversationId), frame.length, now)) return true;
    if (!this.hasMissed) {
      this.hasMissed = true;
      this.#onFirstMiss();
    }
    this.#onMiss();
    return false;
  }

  #take(key: string, bytes: number, now: number): boolean {
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      if (this.#buckets.size >= MAX_BUCKETS) this.#dropFull(now);
      bucket = createTokenBucket(BYTES_PER_SECOND, BURST_BYTES, now);
      this.#buckets.set(key, bucket);
    }
    if (bucket.take(now) > 0) return false;
    bucket.spend(bytes - 1);
    return true;
  }

  #dropFull(now: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(key);
  }
}

/** Text inside a JSON string never looks like a key: its quotes are escaped. */
function keyOf(frame: string | Uint8Array, conversationId: number): string {
  const bytes =
    typeof frame === 'string' ? Buffer.from(frame) : Buffer.from(frame.buffer, frame.byteOffset, frame.length);
  if (!bytes.subarray(0, MESSAGE_START.length).equals(MESSAGE_START)) return `conversation ${conversationId}`;
  const start = bytes.indexOf(SENDER_KEY);
  let sender = 0;
  for (let at = start + SENDER_KEY.length; start !== -1 && isDigit(bytes[at]); at += 1) {
    sender = sender * 10 + (bytes[at] as number) - ZERO;
  }
  return `sender ${sender}`;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte < ZERO + 10;
}
