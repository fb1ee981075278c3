import type { Message } from '@vestnik/client';
import { useEffect, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { useClient, useNames, useSelected } from '../state/account.tsx';

const fetched = new Map<number, Message>();

interface ReplyQuoteProps {
  conversationId: number;
  messageId: number;
  onJump: (messageId: number) => void;
}

/** The message that another one answers. A click jumps to it. */
export function ReplyQuote({ conversationId, messageId, onJump }: ReplyQuoteProps) {
  const t = useWords();
  const nameOf = useNames();
  const original = useOriginal(conversationId, messageId);
  const text = original?.deleted_at
    ? t.deletedMessage
    : (original?.content ?? (original ? t.attachmentOnly : t.messageNotHere));
  return (
    <button type="button" className="quote" tabIndex={-1} onClick={() => onJump(messageId)}>
      <span className="hidden">{original ? t.repliedTo(nameOf(original.sender_id)) : t.reply}: </span>
      <span className="quote-name" aria-hidden="true">
        {original ? nameOf(original.sender_id) : ''}
      </span>
      <span className="quote-text">{text}</span>
    </button>
  );
}

/** The message, from the account or else from the server. */
function useOriginal(conversationId: number, messageId: number): Message | undefined {
  const client = useClient();
  const held = useSelected((account) =>
    account.conversations.get(conversationId)?.messages.findLast(({ id }) => id === messageId),
  );
  const [found, setFound] = useState(fetched.get(messageId));
  useEffect(() => {
    if (held || found) return;
    client.rest
      .getMessage({ messageId })
      .then(({ message }) => {
        fetched.set(messageId, message);
        setFound(message);
      })
      .catch(() => undefined);
  }, [client, messageId, held, found]);
  return held ?? found;
}
