import { useWords } from '../i18n/language.ts';
import { useSelected } from '../state/account.tsx';
import { hueOf } from './company-hue.ts';

/** Returns the name of a company as its people's tokens give it. */
export function useCompanyName(companyId: number): string {
  const { companyFallback } = useWords();
  const name = useSelected((account) => {
    for (const person of account.people.values()) {
      if (person.company_id === companyId && person.company_name !== null) return person.company_name;
    }
    return null;
  });
  return name ?? companyFallback(companyId);
}

/** Shows a company in its colour. Only companies other than the user's own are shown so. */
export function CompanyTag({ companyId }: { companyId: number }) {
  const name = useCompanyName(companyId);
  return (
    <span className="company-tag" data-hue={hueOf(companyId)}>
      {name}
    </span>
  );
}
