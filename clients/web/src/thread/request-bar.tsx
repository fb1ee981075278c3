import { useWords } from '../i18n/language.ts';
import { useClient, useConversation, useNames, useOwnCompany, usePerson, useSigned } from '../state/account.tsx';
import { useFace } from '../state/face.ts';
import { askedBy } from '../state/facts.ts';
import { attempt } from '../state/notices.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { CompanyTag, useCompanyName } from '../ui/company-tag.tsx';

/** A request to write or to join: who asks, of which company, and the two answers. */
export function RequestBar({ conversationId }: { conversationId: number }) {
  const t = useWords();
  const client = useClient();
  const { user } = useSigned();
  const nameOf = useNames();
  const conversation = useConversation(conversationId)?.conversation;
  const asking = conversation && askedBy(conversation, user.id);
  const person = usePerson(asking);
  const ownCompany = useOwnCompany();
  const company = person?.company_id ?? ownCompany;
  const companyName = useCompanyName(company);
  const face = useFace(conversationId);
  if (asking === undefined || !face) return null;
  const name = nameOf(asking);
  return (
    <div className="request">
      <Avatar name={name} foreignCompany={company === ownCompany ? undefined : company} size="large" />
      {company !== ownCompany && <CompanyTag companyId={company} />}
      <h2>{face.isGroup ? t.requestGroup(name, companyName) : t.requestTitle(name, companyName)}</h2>
      <p>{t.requestHint}</p>
      <div className="request-actions">
        <button
          type="button"
          className="button"
          onClick={() => void attempt(() => client.rest.declineConversation({ conversationId }))}
        >
          {t.decline}
        </button>
        <button
          type="button"
          className="button button-accent"
          onClick={() => void attempt(() => client.rest.acceptConversation({ conversationId }))}
        >
          {t.accept}
        </button>
      </div>
    </div>
  );
}
