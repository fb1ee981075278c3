import type { Person } from '@vestnik/client';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/language.ts';
import { useOwnCompany, useSelected } from '../state/account.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { hueOf } from '../ui/company-hue.ts';

interface PersonRowProps {
  person: Person;
  onChoose?: () => void;
  isChosen?: boolean;
  /** Shown behind the name, such as "owner". */
  note?: string | undefined;
  /** Controls at the end of the row. */
  children?: ReactNode;
}

/** A person with the company. The company of a foreign person has its colour. */
export function PersonRow({ person, onChoose, isChosen, note, children }: PersonRowProps) {
  const t = useWords();
  const ownCompany = useOwnCompany();
  const isOnline = useSelected((account) => account.statuses.get(person.id)?.is_online === true);
  const name = person.name ?? t.userFallback(person.id);
  const company = person.company_id;
  const isForeign = company !== null && company !== ownCompany;
  const companyName = person.company_name ?? (company === null ? '' : t.companyFallback(company));
  const inside = (
    <>
      <Avatar name={name} foreignCompany={isForeign ? company : undefined} isOnline={isOnline} size="small" />
      <span className="person-text">
        <span className="person-name">
          {name}
          {note && <span className="person-note">{note}</span>}
        </span>
        {isForeign ? (
          <span className="company-tag" data-hue={hueOf(company)}>
            {companyName}
          </span>
        ) : (
          <span className="person-company">{companyName}</span>
        )}
      </span>
    </>
  );
  if (!onChoose) {
    return (
      <div className="person">
        {inside}
        {children}
      </div>
    );
  }
  return (
    <button type="button" className="person person-button" data-list-item aria-pressed={isChosen} onClick={onChoose}>
      {inside}
      {children}
    </button>
  );
}
