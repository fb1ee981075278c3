import { VestnikError } from '@vestnik/client';
import { useSyncExternalStore } from 'react';
import { wordsNow } from '../i18n/language.ts';

/** A short text that goes away by itself: what an action has done, or why it failed. */
interface Notice {
  id: number;
  text: string;
  isFault: boolean;
}

/** How long a notice stays, in milliseconds. */
const STAYS_MS = 5_000;

const listeners = new Set<() => void>();
let notices: readonly Notice[] = [];
let lastId = 0;

function set(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

/** Shows a notice. */
export function notify(text: string, isFault = false): void {
  lastId += 1;
  const notice = { id: lastId, text, isFault };
  set([...notices, notice]);
  setTimeout(() => set(notices.filter((each) => each !== notice)), STAYS_MS);
}

/** Returns why something failed, in the words of the page. */
export function explain(error: unknown): string {
  const { refused, failed } = wordsNow();
  if (!(error instanceof VestnikError)) return failed.internal;
  return error.reason ? refused[error.reason] : failed[error.code];
}

/** Runs an action of the user, and shows why it failed. Resolves with whether it succeeded. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    notify(explain(error), true);
    return false;
  }
}

/** Shows the notices, and reads them to users of screen readers. */
export function Notices() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notices,
  );
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map(({ id, text, isFault }) => (
        <p key={id} className={isFault ? 'notice notice-fault' : 'notice'}>
          {text}
        </p>
      ))}
    </div>
  );
}
