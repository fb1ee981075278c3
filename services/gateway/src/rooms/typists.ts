/** A user is taken for typing this long after the last word of it, in milliseconds. */
const TYPING_MS = 10_000;

/** The participants of a conversation who type at the moment, as far as this gateway knows. */
export class Typists {
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #onEnd: (userId: number) => void;

  /** Calls `onEnd` for each user whose typing ends without another event: after 10 s, or by `end` and `keepOnly`. */
  constructor(onEnd: (userId: number) => void) {
    this.#onEnd = onEnd;
  }

  has(userId: number): boolean {
    return this.#timers.has(userId);
  }

  /** Takes an event of typing. Returns true when it changes something. */
  note(userId: number, isTyping: boolean): boolean {
    const timer = this.#timers.get(userId);
    if (!isTyping) {
      clearTimeout(timer);
      return this.#timers.delete(userId);
    }
    if (timer) {
      timer.refresh();
      return false;
    }
    this.#timers.set(
      userId,
      setTimeout(() => this.end(userId), TYPING_MS),
    );
    return true;
  }

  /** Ends the typing of a user, if the user types. */
  end(userId: number): void {
    if (this.note(userId, false)) this.#onEnd(userId);
  }

  /** Ends the typing of all users but the given ones. */
  keepOnly(userIds: readonly number[]): void {
    for (const userId of this.#timers.keys()) if (!userIds.includes(userId)) this.end(userId);
  }

  /** Forgets all typists without a call of `onEnd`. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
