import { type ConversationView, type Message, sendStateOf } from '@vestnik/client';
import { memo } from 'react';
import { fullTime, timeOfDay } from '../i18n/dates.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { useNames, useOwnCompany, usePerson, useSelected, useSigned } from '../state/account.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { CompanyTag } from '../ui/company-tag.tsx';
import { Icon } from '../ui/icon.tsx';
import { Ticks } from '../ui/ticks.tsx';
import { Attachments } from './attachments.tsx';
import { MessageText } from './message-text.tsx';
import { MessageTools } from './message-tools.tsx';
import { Reactions } from './reactions.tsx';
import { ReplyQuote } from './reply-quote.tsx';
import type { MessageAct } from './use-message-keys.ts';

interface MessageRowProps {
  message: Message;
  isFirst: boolean;
  isLast: boolean;
  isGroup: boolean;
  onJump: (messageId: number) => void;
  onAct: (act: MessageAct, message: Message, element: HTMLElement) => void;
}

/** A message: who, what, when, and how far it has come. */
export const MessageRow = memo(function MessageRow({
  message,
  isFirst,
  isLast,
  isGroup,
  onJump,
  onAct,
}: MessageRowProps) {
  const t = useWords();
  const { user } = useSigned();
  const ownCompany = useOwnCompany();
  const nameOf = useNames();
  const sender = usePerson(message.sender_id);
  const isMine = message.sender_id === user.id;
  const company = sender?.company_id ?? undefined;
  const foreign = company !== undefined && company !== ownCompany ? company : undefined;
  const name = nameOf(message.sender_id);
  const isMentioned = message.mentions === 'all' ? !isMine : message.mentions.includes(user.id);
  const classes = ['message', isMine && 'message-mine', isFirst && 'message-first', isLast && 'message-last'];
  return (
    <div className={classes.filter(Boolean).join(' ')} data-message={message.id}>
      {isGroup && !isMine && (
        <span className="message-avatar">{isLast && <Avatar name={name} foreignCompany={foreign} size="small" />}</span>
      )}
      <div className={isMentioned ? 'bubble bubble-mentioned' : 'bubble'}>
        {isGroup && !isMine && isFirst ? (
          <span className="sender">
            <span className="sender-name">{name}</span>
            {foreign !== undefined && <CompanyTag companyId={foreign} />}
          </span>
        ) : (
          <span className="hidden">{isMine ? t.you : name}: </span>
        )}
        {message.reply_to_id !== null && (
          <ReplyQuote conversationId={message.conversation_id} messageId={message.reply_to_id} onJump={onJump} />
        )}
        {message.deleted_at !== null ? (
          <span className="text text-deleted">{t.deletedMessage}</span>
        ) : (
          <>
            {message.content !== null && <MessageText text={message.content} mentions={message.mentions} />}
            {message.attachments.length > 0 && <Attachments attachments={message.attachments} />}
          </>
        )}
        <Meta message={message} isMine={isMine} />
        <Reactions message={message} />
        {message.deleted_at === null && <MessageTools message={message} onAct={onAct} />}
      </div>
    </div>
  );
});

/** The time, marks and ticks of a message. */
function Meta({ message, isMine }: { message: Message; isMine: boolean }) {
  const t = useWords();
  const lang = useLanguage();
  return (
    <span className="meta">
      {message.pinned_at !== null && (
        <span role="img" aria-label={t.pinned} title={t.pinned}>
          <Icon name="pin" size={13} />
        </span>
      )}
      {message.edited_at !== null && message.deleted_at === null && <span>{t.edited}</span>}
      <time dateTime={message.created_at} title={fullTime(lang, message.created_at)}>
        {timeOfDay(lang, message.created_at)}
      </time>
      {isMine && <State message={message} />}
    </span>
  );
}

function State({ message }: { message: Message }) {
  const state = useSelected((account) => stateIn(account.conversations.get(message.conversation_id), message));
  return <Ticks state={state} />;
}

function stateIn(view: ConversationView | undefined, message: Message) {
  return view ? sendStateOf(view, message) : 'sent';
}
