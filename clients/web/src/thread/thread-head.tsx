import { useEffect } from 'react';
import { fullTime } from '../i18n/dates.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { useClient, useConversation, useSelected } from '../state/account.tsx';
import { useFace } from '../state/face.ts';
import { closeConversation } from '../state/route.ts';
import { Avatar } from '../ui/avatar.tsx';
import { CompanyTag } from '../ui/company-tag.tsx';
import { IconButton } from '../ui/icon-button.tsx';

interface ThreadHeadProps {
  conversationId: number;
  onDetails: () => void;
  onSearch: () => void;
}

/** Who the conversation is with, their companies, and whether they are there. */
export function ThreadHead({ conversationId, onDetails, onSearch }: ThreadHeadProps) {
  const t = useWords();
  const face = useFace(conversationId);
  if (!face) return null;
  return (
    <header className="thread-head">
      <IconButton icon="back" label={t.back} className="only-phone" onClick={closeConversation} />
      <button type="button" className="thread-face" onClick={onDetails} title={t.details}>
        <Avatar name={face.name} foreignCompany={face.foreign[0]} isGroup={face.isGroup} isOnline={face.isOnline} />
        <span className="thread-words">
          <span className="thread-name">
            <h1 id="thread-title">{face.name}</h1>
            {face.foreign.map((company) => (
              <CompanyTag key={company} companyId={company} />
            ))}
          </span>
          <Presence conversationId={conversationId} />
        </span>
      </button>
      <IconButton icon="search" label={t.searchHere} onClick={onSearch} />
      <IconButton icon="people" label={t.details} className="only-wide" onClick={onDetails} />
    </header>
  );
}

/** Most participants of a group whose presence is watched. */
const WATCHED = 100;

function Presence({ conversationId }: { conversationId: number }) {
  const t = useWords();
  const lang = useLanguage();
  const client = useClient();
  const face = useFace(conversationId);
  const participants = useConversation(conversationId)?.conversation.participants;
  const status = useSelected((account) =>
    face?.partner === undefined ? undefined : account.statuses.get(face.partner),
  );
  const online = useSelected(
    (account) => participants?.filter((id) => account.statuses.get(id)?.is_online).length ?? 0,
  );
  useEffect(() => {
    if (participants?.length) client.account.watchPresence(participants.slice(0, WATCHED));
  }, [client, participants]);
  if (!face || !participants) return null;
  if (face.isGroup) {
    return (
      <span className="thread-presence">
        {t.members(participants.length)}
        {online > 0 && ` · ${t.onlineCount(online)}`}
      </span>
    );
  }
  if (!face.hasPresence) return <span className="thread-presence"> </span>;
  if (status?.is_online) return <span className="thread-presence thread-online">{t.online}</span>;
  if (!status?.last_seen) return <span className="thread-presence"> </span>;
  return <span className="thread-presence">{t.lastSeen(fullTime(lang, status.last_seen))}</span>;
}
