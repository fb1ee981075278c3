/** Where the environment of a suite looks; see suite-environment.mjs. */
const STOPS = Symbol.for('vestnik.suite-stops');

/**
 * Notes how something is stopped before its start begins. The environment of the suite calls every noted `stop` at the end,
 * the last first. So a start that fails or takes too long leaves nothing behind. `stop` may be called more than once.
 */
export function stopWithSuite(stop: () => Promise<unknown>): void {
  const stops = (globalThis as { [STOPS]?: (() => Promise<unknown>)[] })[STOPS];
  stops?.push(stop);
}
