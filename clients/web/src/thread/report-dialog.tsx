import type { Message } from '@vestnik/client';
import { useId, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { useClient } from '../state/account.tsx';
import { attempt, notify } from '../state/notices.tsx';
import { Dialog } from '../ui/dialog.tsx';

/** Brings a message before the admins of the user's company. */
export function ReportDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const t = useWords();
  const client = useClient();
  const [reason, setReason] = useState('');
  const id = useId();
  return (
    <Dialog title={t.report} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(() => client.rest.reportMessage({ messageId: message.id, reason })).then((isDone) => {
            if (!isDone) return;
            notify(t.reported);
            onClose();
          });
        }}
      >
        <label htmlFor={id}>{t.reportReason}</label>
        <textarea
          id={id}
          rows={3}
          required
          maxLength={500}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" className="button button-accent">
            {t.send}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
