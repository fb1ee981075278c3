import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * How far a client has come in an account sync. Each kind has `since`: the client holds everything that transactions before
 * it did.
 *
 * - `walk`: A first answer is under way, newest activity first, and goes on behind a conversation.
 * - `walked`: The client has all pages of the list. A conversation that changed meanwhile may have moved to the front, where
 *   the walk missed it. So the client takes such conversations as new.
 * - `fill`: The changes since the walk are under way, as in a `pass`, and the client takes each conversation as new.
 * - `pass`: The changes since `since` are under way, by id, and go on behind a conversation. Afterwards `next` is `since`.
 * - `people`: The changes of conversations are answered. Those of people are under way, by id. Afterwards `next` is `since`.
 * - `rest`: The client holds the account.
 */
export type SyncPosition =
  | { kind: 'walk'; since: number; activity: number; id: number }
  | { kind: 'pass' | 'fill' | 'people'; since: number; next: number; id: number }
  | { kind: 'rest' | 'walked'; since: number };

/** A cursor of the right form. Whether the named life gave it to the user is not known before `isSignedBy`. */
export interface ReadCursor {
  lifeId: string;
  position: SyncPosition;
  isSignedBy(key: string, userId: number): boolean;
}

/** Bytes of a signature. */
const SIGNATURE_BYTES = 16;

/** Writes the cursor of a position for one user, signed with the key of a life. */
export function encodeSyncCursor(position: SyncPosition, life: { id: string; key: string }, userId: number): string {
  const content = Buffer.from(JSON.stringify([life.id, ...partsOf(position)])).toString('base64url');
  return `${content}.${sign(content, life.key, userId).toString('base64url')}`;
}

/** Reads a cursor; undefined for a text of another form. */
export function readSyncCursor(cursor: string): ReadCursor | undefined {
  const [content = '', signature = '', ...others] = cursor.split('.');
  const [lifeId, kind, ...numbers] = parseList(content);
  const position = others.length === 0 ? positionOf(kind, numbers) : undefined;
  if (typeof lifeId !== 'string' || !position) return undefined;
  const given = Buffer.from(signature, 'base64url');
  return {
    lifeId,
    position,
    isSignedBy: (key, userId) => given.length === SIGNATURE_BYTES && timingSafeEqual(given, sign(content, key, userId)),
  };
}

function partsOf(position: SyncPosition): (string | number)[] {
  const { kind, since } = position;
  if (kind === 'walk') return [kind, since, position.activity, position.id];
  return 'next' in position ? [kind, since, position.next, position.id] : [kind, since];
}

function positionOf(kind: unknown, numbers: readonly unknown[]): SyncPosition | undefined {
  if (!numbers.every((part): part is number => Number.isSafeInteger(part) && Number(part) >= 0)) return undefined;
  const [since = 0, second = 0, id = 0] = numbers;
  if (kind === 'walk' && numbers.length === 3) return { kind, since, activity: second, id };
  if ((kind === 'pass' || kind === 'fill' || kind === 'people') && numbers.length === 3) {
    return { kind, since, next: second, id };
  }
  return (kind === 'rest' || kind === 'walked') && numbers.length === 1 ? { kind, since } : undefined;
}

function parseList(content: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(content, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

function sign(content: string, key: string, userId: number): Buffer {
  return createHmac('sha256', key).update(`${userId}.${content}`).digest().subarray(0, SIGNATURE_BYTES);
}
