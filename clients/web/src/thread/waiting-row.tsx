import type { OutboxItem } from '@vestnik/client';
import { timeOfDay } from '../i18n/dates.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { useClient } from '../state/account.tsx';
import { Ticks } from '../ui/ticks.tsx';
import { Attachments } from './attachments.tsx';
import { MessageText } from './message-text.tsx';

/** A message that the server has not stored: it waits, or the server has refused it. */
export function WaitingRow({ waiting }: { waiting: OutboxItem }) {
  const t = useWords();
  const lang = useLanguage();
  const client = useClient();
  const { message, state, error, createdAt, clientMessageId } = waiting;
  const reason = error?.reason ? t.refused[error.reason] : error ? t.failed[error.code] : '';
  return (
    <div className="message message-mine message-first message-last" data-waiting={clientMessageId}>
      <div className={state === 'failed' ? 'bubble bubble-failed' : 'bubble bubble-waiting'}>
        <span className="hidden">{t.you}: </span>
        {message.content && <MessageText text={message.content} mentions={message.mentions ?? []} />}
        {message.attachments && <Attachments attachments={message.attachments} />}
        <span className="meta">
          <time dateTime={createdAt}>{timeOfDay(lang, createdAt)}</time>
          <Ticks state={state} />
        </span>
        {state === 'failed' && (
          <span className="failed">
            <span className="failed-reason">
              {t.stateFailed}. {reason}
            </span>
            <span className="failed-actions">
              <button
                type="button"
                className="button button-small"
                onClick={() => client.outbox.retry(clientMessageId)}
              >
                {t.retry}
              </button>
              <button
                type="button"
                className="button button-small button-quiet"
                onClick={() => client.outbox.discard(clientMessageId)}
              >
                {t.discard}
              </button>
            </span>
          </span>
        )}
      </div>
    </div>
  );
}
