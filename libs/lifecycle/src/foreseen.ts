/** Names of error classes, since this package does not know the libraries of all of them. */
const FORESEEN = new Set(['KeyError', 'ServerError', 'SettingError', 'VestnikError']);

/** Returns true for an error whose message alone says to an operator what to do. */
export function isForeseen(error: unknown): boolean {
  return error instanceof Error && FORESEEN.has(error.name);
}
