import { setTimeout as delay, setImmediate as nextTick } from 'node:timers/promises';

/** With so many waiting bytes at most, a client has read its answers: the rest is what one frame may have. */
const READ_BELOW_BYTES = 65_536;
/** How often the bytes that wait are looked at, in milliseconds. */
const LOOK_EVERY_MS = 50;

/** Resolves when a client has read nearly everything that it was sent, or has gone: then nothing waits for it. */
export async function untilRead(session: { backlog(): number }): Promise<void> {
  // The gateway writes at the end of a tick what it sent in it.
  await nextTick();
  while (session.backlog() > READ_BELOW_BYTES) await delay(LOOK_EVERY_MS, undefined, { ref: false });
}
