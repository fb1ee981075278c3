import { useWords } from '../i18n/language.ts';
import { useOwnCompany, usePerson } from '../state/account.tsx';
import { useFace } from '../state/face.ts';
import { Avatar } from '../ui/avatar.tsx';
import { useCompanyName } from '../ui/company-tag.tsx';

/** Stands above the first message. With a person of another company it names the company. */
export function Beginning({ conversationId }: { conversationId: number }) {
  const t = useWords();
  const face = useFace(conversationId);
  const partner = usePerson(face?.partner);
  const ownCompany = useOwnCompany();
  const company = partner?.company_id ?? ownCompany;
  const companyName = useCompanyName(company);
  if (!face) return null;
  return (
    <div className="beginning">
      <Avatar name={face.name} foreignCompany={face.foreign[0]} isGroup={face.isGroup} size="large" />
      <p>{face.isGroup ? t.beginning : t.beginningWith(face.name, companyName)}</p>
    </div>
  );
}
