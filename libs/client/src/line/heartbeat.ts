/** How long a line may be silent before the client asks for a sign of life, in ms. */
const SILENCE_MS = 25_000;
/** How long the server has for a sign of life, in ms. */
const ANSWER_MS = 8_000;
/** How often the clock is looked at, in ms. */
const TICK_MS = 5_000;

/** Watches a line for silence. */
export interface Heartbeat {
  /** Something came. */
  heard(): void;
  /** Asks for a sign of life now. */
  check(): void;
  stop(): void;
}

/**
 * Asks for a sign of life after 25 s of silence, and after the machine has slept. `onSilence` is called when none comes within 8 s.
 * So a line that is half open ends within 38 s.
 */
export function createHeartbeat({ ping, onSilence }: { ping(): unknown; onSilence(): void }): Heartbeat {
  let heardAt = Date.now();
  let tickedAt = heardAt;
  let deadline: ReturnType<typeof setTimeout> | undefined;

  function check(): void {
    if (deadline !== undefined) return;
    ping();
    deadline = setTimeout(onSilence, ANSWER_MS);
  }

  const ticker = setInterval(() => {
    const now = Date.now();
    const hasSlept = now - tickedAt > 3 * TICK_MS;
    tickedAt = now;
    if (hasSlept || now - heardAt >= SILENCE_MS) check();
  }, TICK_MS);

  return {
    heard() {
      heardAt = Date.now();
      clearTimeout(deadline);
      deadline = undefined;
    },
    check,
    stop() {
      clearInterval(ticker);
      clearTimeout(deadline);
    },
  };
}
