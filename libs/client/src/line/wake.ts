/** The part of a browser that tells a page about its network and its visibility; Node tells nothing. */
interface Browser {
  addEventListener?(name: string, listener: () => void): void;
  removeEventListener?(name: string, listener: () => void): void;
  document?: Pick<Required<Browser>, 'addEventListener' | 'removeEventListener'> & { visibilityState: string };
}

/**
 * Calls `onWake` when the network may have come back or gone, and when the page is shown again: moments at which a line is worth
 * a look. Returns the end of it.
 */
export function onWake(wake: () => void): () => void {
  const page = globalThis as Browser;
  const { document } = page;
  const shown = () => document?.visibilityState === 'visible' && wake();
  for (const name of ['online', 'offline', 'pageshow']) page.addEventListener?.(name, wake);
  document?.addEventListener('visibilitychange', shown);
  return () => {
    for (const name of ['online', 'offline', 'pageshow']) page.removeEventListener?.(name, wake);
    document?.removeEventListener('visibilitychange', shown);
  };
}
