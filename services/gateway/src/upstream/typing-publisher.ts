import type { Bus } from '@vestnik/bus';
import { encodeLive, liveSubjects } from '@vestnik/contracts';
import { typingEvent } from './typing-event.ts';

/**
 * Publishes which users of this gateway type where. Every gateway with a participant takes a user for typing until 10 s after
 * the last event. So repetitions have to be published, though not each of them.
 */
export interface TypingPublisher {
  /** Publishes that a user types, or no longer types. `isShown`: the participants see the user as typing now. */
  set(userId: number, conversationId: number, isTyping: boolean, isShown: boolean): void;
  stop(): void;
}

interface Typing {
  /** In milliseconds of `performance.now`. */
  publishedAt: number;
  /** Publishes the newest of the repetitions that came within `REPEAT_EVERY_MS`. */
  repetition: NodeJS.Timeout | undefined;
  /** Forgets the user when repetitions have ended. */
  expiry: NodeJS.Timeout;
}

/** Repetitions are published at most this often, in milliseconds. */
const REPEAT_EVERY_MS = 1_000;
/** A user who does not repeat types no longer after this time, in milliseconds, as every gateway takes it. */
const TYPING_MS = 10_000;

/** Creates the typing publisher of one gateway. `isHere` returns whether a user is connected here and in a conversation. */
export function createTypingPublisher(
  bus: Bus,
  isHere: (userId: number, conversationId: number) => boolean,
): TypingPublisher {
  const typing = new Map<string, Typing>();

  function publish(userId: number, conversationId: number, isTyping: boolean): void {
    const { header, frames } = typingEvent(conversationId, userId, isTyping);
    const texts = frames.map((frame) => Buffer.from(frame).toString());
    bus.publish(liveSubjects.userTyping(conversationId), encodeLive(header, texts));
  }

  function forget(key: string, { repetition, expiry }: Typing): void {
    clearTimeout(repetition);
    clearTimeout(expiry);
    typing.delete(key);
  }

  function begin(key: string, userId: number, conversationId: number): void {
    publish(userId, conversationId, true);
    const expiry = setTimeout(() => typing.delete(key), TYPING_MS);
    typing.set(key, { publishedAt: performance.now(), repetition: undefined, expiry });
  }

  function repeat(known: Typing, userId: number, conversationId: number): void {
    known.expiry.refresh();
    if (known.repetition) return;
    const waitMs = Math.max(0, known.publishedAt + REPEAT_EVERY_MS - performance.now());
    known.repetition = setTimeout(() => {
      known.repetition = undefined;
      known.publishedAt = performance.now();
      if (isHere(userId, conversationId)) publish(userId, conversationId, true);
    }, waitMs);
  }

  return {
    set(userId, conversationId, isTyping, isShown) {
      const key = `${conversationId} ${userId}`;
      const known = typing.get(key);
      if (isTyping && known) repeat(known, userId, conversationId);
      else if (isTyping) begin(key, userId, conversationId);
      else if (known || isShown) {
        if (known) forget(key, known);
        publish(userId, conversationId, false);
      }
    },
    stop() {
      for (const [key, known] of typing) forget(key, known);
    },
  };
}
