import { useWords } from '../i18n/language.ts';
import { useOwnCompany } from '../state/account.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { CompanyTag } from '../ui/company-tag.tsx';
import type { useMentioning } from './use-mentioning.ts';

/** The names that fit what the user has typed behind an @. */
export function MentionBox({ mentioning }: { mentioning: ReturnType<typeof useMentioning> }) {
  const t = useWords();
  const ownCompany = useOwnCompany();
  const { offered, active, choose } = mentioning;
  return (
    <ul id="mention-list" className="mentions" role="listbox" aria-label={t.suggestions} hidden={offered.length === 0}>
      {offered.map((candidate, index) => {
        const { id, name, companyId } = candidate;
        const foreign = companyId !== null && companyId !== ownCompany ? companyId : undefined;
        return (
          <li
            key={id}
            id={`mention-${index}`}
            role="option"
            aria-selected={index === active}
            className="mention-option"
            onPointerDown={(event) => {
              event.preventDefault();
              choose(candidate);
            }}
          >
            <Avatar name={name} foreignCompany={foreign} isGroup={id === 'all'} size="small" />
            <span className="mention-name">{id === 'all' ? t.mentionEverybody : name}</span>
            {foreign !== undefined && <CompanyTag companyId={foreign} />}
          </li>
        );
      })}
    </ul>
  );
}
