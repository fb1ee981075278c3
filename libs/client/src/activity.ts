/** How long a user without input is active, in ms. */
const IDLE_MS = 120_000;

const INPUT = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'];

interface Page {
  addEventListener?(name: string, listener: () => void, options?: { passive?: boolean; capture?: boolean }): void;
  removeEventListener?(name: string, listener: () => void, options?: { capture?: boolean }): void;
  document?: { visibilityState: string } & Required<Pick<Page, 'addEventListener' | 'removeEventListener'>>;
}

/** Whether the user acts at this client. */
export interface Activity {
  /** Says it again: to a new session, and after another tab has said that the user is idle. */
  tell(): void;
  set(state: 'active' | 'idle'): void;
  stop(): void;
}

/**
 * Finds out in a browser whether the user acts: the page is shown, and had input within two minutes. `say` is called when that
 * changes. Elsewhere the application says it by `set`.
 */
export function watchActivity(say: (state: 'active' | 'idle') => void): Activity {
  const page = globalThis as Page;
  const { document } = page;
  let told: 'active' | 'idle' = document?.visibilityState === 'hidden' ? 'idle' : 'active';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let inputAt = 0;

  function set(state: 'active' | 'idle'): void {
    if (state === told) return;
    told = state;
    say(state);
  }
  function idleLater(): void {
    clearTimeout(timer);
    timer = setTimeout(set, IDLE_MS, 'idle');
  }
  function onInput(): void {
    if (document?.visibilityState !== 'visible') return;
    set('active');
    // Pointers move often, and timers are not free.
    if (Date.now() - inputAt < 1_000) return;
    inputAt = Date.now();
    idleLater();
  }
  function onVisibility(): void {
    if (document?.visibilityState === 'visible') onInput();
    else set('idle');
  }

  if (document) {
    for (const name of INPUT) page.addEventListener?.(name, onInput, { passive: true, capture: true });
    document.addEventListener('visibilitychange', onVisibility);
    idleLater();
  }
  return {
    tell: () => say(told),
    set,
    stop() {
      clearTimeout(timer);
      for (const name of INPUT) page.removeEventListener?.(name, onInput, { capture: true });
      document?.removeEventListener('visibilitychange', onVisibility);
    },
  };
}
