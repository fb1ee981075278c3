import type { ListedConversation } from '@vestnik/client';
import { useId, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { useClient } from '../state/account.tsx';
import { attempt, notify } from '../state/notices.tsx';

/** Renames a group. */
export function GroupName({ conversation }: { conversation: ListedConversation }) {
  const t = useWords();
  const client = useClient();
  const [name, setName] = useState(conversation.name ?? '');
  const id = useId();
  return (
    <form
      className="form form-line"
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(() => client.rest.renameConversation({ conversationId: conversation.id, name })).then(
          (isDone) => isDone && notify(t.saved),
        );
      }}
    >
      <label htmlFor={id}>{t.newName}</label>
      <input
        id={id}
        type="text"
        required
        maxLength={200}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <button type="submit" className="button" disabled={name.trim() === '' || name === conversation.name}>
        {t.rename}
      </button>
    </form>
  );
}
