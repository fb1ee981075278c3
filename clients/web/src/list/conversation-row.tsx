import { sendStateOf } from '@vestnik/client';
import { memo } from 'react';
import { fullTime, shortTime } from '../i18n/dates.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { useConversation, useNames, useSelected, useSigned } from '../state/account.tsx';
import { useDraft } from '../state/drafts.ts';
import { useFace } from '../state/face.ts';
import { askedBy, silenceOf } from '../state/facts.ts';
import { Avatar } from '../ui/avatar.tsx';
import { CompanyTag } from '../ui/company-tag.tsx';
import { Icon } from '../ui/icon.tsx';
import { Ticks } from '../ui/ticks.tsx';
import { useStateWord } from './state-word.ts';
import { useTypingText } from './typing-text.ts';

interface ConversationRowProps {
  id: number;
  isOpen: boolean;
  isTabStop: boolean;
}

/** A conversation in the list: who, which company, the newest message, and what waits. */
export const ConversationRow = memo(function ConversationRow({ id, isOpen, isTabStop }: ConversationRowProps) {
  const t = useWords();
  const lang = useLanguage();
  const { user } = useSigned();
  const view = useConversation(id);
  const face = useFace(id);
  const isSilent = useSelected((account) => silenceOf(account.preferences, id) !== undefined);
  if (!view || !face) return null;
  const { conversation } = view;
  const { unread_count: unread, mention_count: mentions, last_message_at: at } = conversation;
  const isAsked = askedBy(conversation, user.id) !== undefined;
  return (
    <a
      href={`#/c/${id}`}
      className="row"
      data-list-item
      data-conversation={id}
      tabIndex={isTabStop ? 0 : -1}
      aria-current={isOpen ? 'page' : undefined}
    >
      <Avatar name={face.name} foreignCompany={face.foreign[0]} isGroup={face.isGroup} isOnline={face.isOnline} />
      <span className="row-text">
        <span className="row-top">
          <span className="row-name">{face.name}</span>
          {face.foreign.slice(0, 1).map((company) => (
            <CompanyTag key={company} companyId={company} />
          ))}
          {isSilent && (
            <span className="row-silent" role="img" aria-label={t.muted} title={t.muted}>
              <Icon name="bellOff" size={14} />
            </span>
          )}
          {at && (
            <time className="row-time" dateTime={at} title={fullTime(lang, at)}>
              {shortTime(lang, at)}
            </time>
          )}
        </span>
        <span className="row-bottom">
          <Preview id={id} />
          {isAsked && <span className="badge badge-request">{t.request}</span>}
          {mentions > 0 && (
            <span className="badge badge-mention" role="img" aria-label={t.mentions(mentions)}>
              @
            </span>
          )}
          {unread > 0 && (
            <span className={isSilent ? 'badge badge-silent' : 'badge'}>
              <span aria-hidden="true">{unread > 999 ? '999+' : unread}</span>
              <span className="hidden">{t.unread(unread)}</span>
            </span>
          )}
        </span>
      </span>
    </a>
  );
});

/** The line below the name: a state in words, who types, the draft, or the newest message. */
function Preview({ id }: { id: number }) {
  const t = useWords();
  const { user } = useSigned();
  const nameOf = useNames();
  const view = useConversation(id);
  const draft = useDraft(user.id, id);
  const typing = useTypingText(view?.typing ?? []);
  const stateWord = useStateWord(view?.conversation);
  if (!view) return null;
  if (typing) return <span className="row-preview row-typing">{typing}</span>;
  if (draft) {
    return (
      <span className="row-preview">
        <span className="row-draft">{t.draft}:</span> {draft}
      </span>
    );
  }
  const waiting = view.outbox.at(-1);
  if (waiting) {
    return (
      <span className="row-preview">
        <Ticks state={waiting.state} /> {waiting.message.content}
      </span>
    );
  }
  if (stateWord) return <span className="row-preview row-state">{stateWord}</span>;
  const { conversation } = view;
  if (conversation.last_message_id === null) return <span className="row-preview">{t.noMessages}</span>;
  const newest = view.messages.at(-1);
  const last = newest?.id === conversation.last_message_id ? newest : undefined;
  const isMine = last?.sender_id === user.id;
  const lead = isMine ? `${t.you}: ` : last && conversation.type === 'group' ? `${nameOf(last.sender_id)}: ` : '';
  const text = last?.deleted_at
    ? t.deletedMessage
    : (conversation.last_message_content ?? (last ? t.attachmentOnly : t.deletedMessage));
  return (
    <span className="row-preview">
      {isMine && <Ticks state={sendStateOf(view, last)} />}
      {lead && <span className="row-lead">{lead}</span>}
      {text}
    </span>
  );
}
