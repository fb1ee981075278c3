import type { Person } from '@vestnik/client';
import { useId, useRef, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { useClient } from '../state/account.tsx';
import { attempt } from '../state/notices.tsx';
import { openConversation } from '../state/route.ts';
import { Dialog } from '../ui/dialog.tsx';
import { openDirect } from './open-direct.ts';
import { PeoplePicker } from './people-picker.tsx';

/** Begins a direct conversation with one person, or a group with several. */
export function NewConversation({ onClose }: { onClose: () => void }) {
  const t = useWords();
  const client = useClient();
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const [name, setName] = useState('');
  // A repeated attempt, after a lost answer, makes no second group.
  const key = useRef(crypto.randomUUID());
  const id = useId();
  const isGroup = chosen.length > 1;
  const [only] = chosen;

  async function start(): Promise<void> {
    const isStarted = isGroup
      ? await attempt(async () => {
          const participantIds = chosen.map((person) => person.id);
          const wanted = { type: 'group', name, participantIds, idempotencyKey: key.current } as const;
          const { conversation } = await client.rest.createConversation(wanted);
          openConversation(conversation.id);
        })
      : only !== undefined && (await openDirect(client, only.id));
    if (isStarted) onClose();
  }

  return (
    <Dialog title={t.newTitle} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <p className="form-hint">{t.newHint}</p>
        <PeoplePicker label={t.newSearch} chosen={chosen} onChosen={setChosen} />
        {isGroup && (
          <>
            <label htmlFor={id}>{t.newName}</label>
            <input
              id={id}
              type="text"
              required
              maxLength={200}
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          </>
        )}
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            {t.cancel}
          </button>
          <button
            type="submit"
            className="button button-accent"
            disabled={chosen.length === 0 || (isGroup && name.trim() === '')}
          >
            {isGroup ? t.newStartGroup : t.newStart}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
