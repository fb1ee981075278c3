import type { ListedConversation, Person } from '@vestnik/client';
import { useEffect, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { openDirect } from '../people/open-direct.ts';
import { PeoplePicker } from '../people/people-picker.tsx';
import { PersonRow } from '../people/person-row.tsx';
import { useClient, useSelected, useSigned } from '../state/account.tsx';
import { attempt } from '../state/notices.tsx';
import { IconButton } from '../ui/icon-button.tsx';

interface MembersProps {
  conversation: ListedConversation;
  isOwner: boolean;
  onClose: () => void;
}

/** Members that are shown at first. */
const FIRST = 50;

/** The members of a group. Its owner adds and removes people. */
export function Members({ conversation, isOwner, onClose }: MembersProps) {
  const t = useWords();
  const client = useClient();
  const { user } = useSigned();
  const people = useSelected((account) => account.people);
  const [isAdding, setIsAdding] = useState(false);
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const [shown, setShown] = useState(FIRST);
  const { id: conversationId, participants, invited = [], owner_id } = conversation;
  useEffect(() => {
    const unknown = participants.filter((id) => !client.account.getSnapshot().people.has(id));
    if (unknown.length > 0) client.account.loadPeople(unknown).catch(() => undefined);
  }, [client, participants]);
  const personOf = (id: number): Person =>
    people.get(id) ?? { id, name: null, company_id: null, company_name: null, picture_url: null, updated_at: null };

  async function add(): Promise<void> {
    const participantIds = chosen.map(({ id }) => id);
    if (!(await attempt(() => client.rest.addParticipants({ conversationId, participantIds })))) return;
    setChosen([]);
    setIsAdding(false);
  }

  return (
    <section aria-labelledby="members-title">
      <div className="section-head">
        <h3 id="members-title">{t.members(participants.length)}</h3>
        {isOwner && !isAdding && (
          <button type="button" className="button button-small" onClick={() => setIsAdding(true)}>
            {t.addPeople}
          </button>
        )}
      </div>
      {isAdding && (
        <div className="form">
          <PeoplePicker label={t.newSearch} chosen={chosen} onChosen={setChosen} without={participants} />
          <div className="dialog-foot">
            <button type="button" className="button" onClick={() => setIsAdding(false)}>
              {t.cancel}
            </button>
            <button
              type="button"
              className="button button-accent"
              disabled={chosen.length === 0}
              onClick={() => void add()}
            >
              {t.add}
            </button>
          </div>
        </div>
      )}
      <ul className="members">
        {participants.slice(0, shown).map((id) => (
          <li key={id} className="member">
            {id === user.id ? (
              <PersonRow person={personOf(id)} note={id === owner_id ? `${t.you}, ${t.owner}` : t.you} />
            ) : (
              <PersonRow
                person={personOf(id)}
                note={id === owner_id ? t.owner : undefined}
                onChoose={() => void openDirect(client, id).then((isDone) => isDone && onClose())}
              />
            )}
            {isOwner && id !== user.id && (
              <IconButton
                icon="close"
                label={t.removeFromGroup(personOf(id).name ?? t.userFallback(id))}
                onClick={() => void attempt(() => client.rest.removeParticipant({ conversationId, userId: id }))}
              />
            )}
          </li>
        ))}
        {invited.map(({ user_id }) => (
          <li key={`i${user_id}`} className="member">
            <PersonRow person={personOf(user_id)} note={t.invited} />
          </li>
        ))}
      </ul>
      {participants.length > shown && (
        <button type="button" className="button button-quiet" onClick={() => setShown(shown + 200)}>
          {t.searchMore}
        </button>
      )}
    </section>
  );
}
