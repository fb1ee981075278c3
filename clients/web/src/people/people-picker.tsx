import type { Person } from '@vestnik/client';
import { useEffect, useId, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { moveInList } from '../list/move-in-list.ts';
import { useClient, useSelected, useSigned } from '../state/account.tsx';
import { Icon } from '../ui/icon.tsx';
import { PersonRow } from './person-row.tsx';

interface PeoplePickerProps {
  label: string;
  chosen: readonly Person[];
  onChosen: (chosen: readonly Person[]) => void;
  /** People who are not offered. */
  without?: readonly number[];
}

/** How long the user has to pause before the server is asked, in milliseconds. */
const PAUSE_MS = 150;
const SHOWN = 30;

/** Finds people by name, of the user's own company and of others, and chooses some. */
export function PeoplePicker({ label, chosen, onChosen, without = [] }: PeoplePickerProps) {
  const t = useWords();
  const client = useClient();
  const { user } = useSigned();
  const known = useSelected((account) => account.people);
  const [q, setQ] = useState('');
  const [found, setFound] = useState<readonly Person[]>();
  const id = useId();
  const text = q.trim();

  useEffect(() => {
    if (!/[\p{L}\p{N}]/u.test(text)) {
      setFound(undefined);
      return;
    }
    let isOver = false;
    const timer = setTimeout(() => {
      client.rest
        .listPeople({ q: text, limit: SHOWN })
        .then(({ people }) => !isOver && setFound(people))
        .catch(() => !isOver && setFound([]));
    }, PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [client, text]);

  const own = [...known.values()].toSorted((one, other) => (one.name ?? '').localeCompare(other.name ?? ''));
  const stranger = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  const offered = (found ?? own)
    .filter((person) => person.id !== user.id && !without.includes(person.id))
    .slice(0, SHOWN);
  const toggle = (person: Person) => {
    const isChosen = chosen.some((each) => each.id === person.id);
    onChosen(isChosen ? chosen.filter((each) => each.id !== person.id) : [...chosen, person]);
  };
  return (
    <div className="picker">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        autoComplete="off"
        maxLength={100}
        value={q}
        onChange={({ target }) => setQ(target.value)}
        data-first
      />
      {chosen.length > 0 && (
        <ul className="picked" aria-label={t.newSelected(chosen.length)}>
          {chosen.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                className="picked-person"
                aria-label={t.remove(person.name ?? '')}
                onClick={() => toggle(person)}
              >
                {person.name ?? t.userFallback(person.id)}
                <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="picker-list" role="group" aria-label={t.searchPeople} onKeyDown={moveInList}>
        {offered.map((person) => (
          <PersonRow
            key={person.id}
            person={person}
            isChosen={chosen.some((each) => each.id === person.id)}
            onChoose={() => toggle(person)}
          >
            <span className="person-check">
              <Icon name="check" size={18} />
            </span>
          </PersonRow>
        ))}
        {stranger !== undefined && !chosen.some((each) => each.id === stranger) && (
          <button
            type="button"
            className="person person-button"
            data-list-item
            onClick={() => toggle(unknownPerson(stranger))}
          >
            {t.byId(stranger)}
          </button>
        )}
        {offered.length === 0 && stranger === undefined && text !== '' && (
          <p className="picker-none">{t.nobodyFound}</p>
        )}
      </div>
    </div>
  );
}

/** A person of whom only the id is known. */
function unknownPerson(id: number): Person {
  return { id, name: null, company_id: null, company_name: null, picture_url: null, updated_at: null };
}
