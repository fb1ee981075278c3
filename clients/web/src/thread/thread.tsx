import type { Message } from '@vestnik/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { useClient, useConversation, useSelected, useSigned } from '../state/account.tsx';
import { askedBy, firstUnread } from '../state/facts.ts';
import { attempt, notify } from '../state/notices.tsx';
import { Confirm } from '../ui/confirm.tsx';
import type { MenuPlace } from '../ui/menu.tsx';
import { Announcer } from './announcer.tsx';
import { Composer, type ComposerHandle } from './composer.tsx';
import { type ListHandle, MessageList } from './message-list.tsx';
import { MessageMenu } from './message-menu.tsx';
import { ReportDialog } from './report-dialog.tsx';
import { RequestBar } from './request-bar.tsx';
import { StateBar } from './state-bar.tsx';
import { ThreadHead } from './thread-head.tsx';
import { TypingLine } from './typing-line.tsx';
import type { MessageAct } from './use-message-keys.ts';
import type { Writing } from './writing.ts';

interface ThreadProps {
  conversationId: number;
  jumpTo: number | undefined;
  onDetails: () => void;
  onSearch: () => void;
}

/** One conversation: its head, messages and the field to write in. */
export function Thread({ conversationId, jumpTo, onDetails, onSearch }: ThreadProps) {
  const t = useWords();
  const client = useClient();
  const { user } = useSigned();
  const list = useRef<ListHandle>(null);
  const composer = useRef<ComposerHandle>(null);
  const [writing, setWriting] = useState<Writing>({ kind: 'new' });
  const [menu, setMenu] = useState<{ message: Message; place: MenuPlace; isReacting: boolean }>();
  const [asking, setAsking] = useState<{ about: 'delete' | 'report'; message: Message }>();
  const unreadFrom = useUnreadFrom(conversationId);
  const isAsked = useSelected((account) => {
    const conversation = account.conversations.get(conversationId)?.conversation;
    return conversation !== undefined && askedBy(conversation, user.id) !== undefined;
  });

  const onAct = useCallback(
    (act: MessageAct, message: Message, element: HTMLElement) => {
      const { left, top, right, bottom } = (element.querySelector('.bubble') ?? element).getBoundingClientRect();
      const place = { left, top, right, bottom: Math.min(bottom, innerHeight - 80) };
      const isMine = message.sender_id === user.id;
      if (act === 'menu' || act === 'react') setMenu({ message, place, isReacting: act === 'react' });
      if (act === 'reply') setWriting({ kind: 'reply', to: message });
      if (act === 'edit' && isMine) setWriting({ kind: 'edit', message });
      if (act === 'delete' && isMine) setAsking({ about: 'delete', message });
      if (act === 'report') setAsking({ about: 'report', message });
      if (act === 'copy') void copy(message.content ?? '', t.copied);
      const { pinned_at, id: messageId } = message;
      if (act === 'pin') void attempt(() => client.call(pinned_at ? 'unpin_message' : 'pin_message', { messageId }));
    },
    [client, user.id, t],
  );
  const closeMenu = useCallback(() => setMenu(undefined), []);

  return (
    <section className="thread" aria-labelledby="thread-title">
      <ThreadHead conversationId={conversationId} onDetails={onDetails} onSearch={onSearch} />
      {isAsked ? (
        <RequestBar conversationId={conversationId} />
      ) : (
        <>
          <MessageList
            ref={list}
            conversationId={conversationId}
            unreadFrom={unreadFrom}
            jumpTo={jumpTo}
            onAct={onAct}
          />
          <TypingLine conversationId={conversationId} />
          <StateBar conversationId={conversationId}>
            <Composer
              ref={composer}
              conversationId={conversationId}
              writing={writing}
              onWriting={setWriting}
              onSent={() => list.current?.toEnd()}
            />
          </StateBar>
        </>
      )}
      <Announcer conversationId={conversationId} />
      {menu && <MessageMenu {...menu} onAct={onAct} onClose={closeMenu} />}
      {asking?.about === 'delete' && (
        <Confirm
          question={t.deleteQuestion}
          action={t.deleteMessage}
          onConfirm={() => void attempt(() => client.call('delete_message', { messageId: asking.message.id }))}
          onClose={() => setAsking(undefined)}
        />
      )}
      {asking?.about === 'report' && <ReportDialog message={asking.message} onClose={() => setAsking(undefined)} />}
    </section>
  );
}

async function copy(text: string, done: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  notify(done);
}

/** The first unread `seq` when the user came to the conversation, or came back to the window. It stays while the user reads. */
function useUnreadFrom(conversationId: number): number | undefined {
  const client = useClient();
  const view = useConversation(conversationId);
  const [from, setFrom] = useState(() => view && firstUnread(view));
  const isLoaded = view !== undefined;
  useEffect(() => {
    const look = () => {
      const now = client.account.getSnapshot().conversations.get(conversationId);
      if (now) setFrom((before) => firstUnread(now) ?? before);
    };
    if (isLoaded) look();
    addEventListener('focus', look);
    return () => removeEventListener('focus', look);
  }, [client, conversationId, isLoaded]);
  return from;
}
