/** By name, since who starts a process may not know the libraries that they come from. */
const FORESEEN = new Set(['KeyError', 'ServerError', 'SettingError', 'VestnikError']);

/** True for a fault whose message says all that who starts a process has to know. */
export function isForeseen(error: unknown): boolean {
  return error instanceof Error && FORESEEN.has(error.name);
}
