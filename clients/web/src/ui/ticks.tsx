import type { SendState } from '@vestnik/client';
import { useWords } from '../i18n/language.ts';

/** Shows how far a message of the user has come: a clock, one tick, two ticks, two coloured ticks, a warning. */
export function Ticks({ state }: { state: SendState }) {
  const t = useWords();
  const names = {
    queued: t.stateQueued,
    sent: t.stateSent,
    delivered: t.stateDelivered,
    read: t.stateRead,
    failed: t.stateFailed,
  };
  return (
    <span className={`ticks ticks-${state}`} role="img" aria-label={names[state]} title={names[state]}>
      <svg viewBox="0 0 20 14" width="17" height="12" aria-hidden="true">
        {state === 'queued' && <path d="M10 1.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM10 4v3.2l2 1.3" />}
        {state === 'failed' && <path d="M10 1.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM10 4v3.4M10 9.8v.1" />}
        {state === 'sent' && <path d="M4.5 7.5 8 11l7.5-8" />}
        {(state === 'delivered' || state === 'read') && <path d="M1.5 7.5 5 11l7.5-8M9 10l1 1 7.5-8" />}
      </svg>
    </span>
  );
}
