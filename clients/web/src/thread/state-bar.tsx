import type { ReactNode } from 'react';
import { useWords } from '../i18n/language.ts';
import { useClient, useConversation, useNames, useSigned } from '../state/account.tsx';
import { unblock, useBlocks } from '../state/blocks.ts';
import { partnerOf } from '../state/facts.ts';
import { attempt } from '../state/notices.tsx';

/** Shows the field to write in, or says in words why nobody can write. */
export function StateBar({ conversationId, children }: { conversationId: number; children: ReactNode }) {
  const t = useWords();
  const client = useClient();
  const { user } = useSigned();
  const nameOf = useNames();
  const blocks = useBlocks();
  const view = useConversation(conversationId);
  if (!view) return null;
  const { conversation } = view;
  const partner = partnerOf(conversation, user.id);
  const block = blocks.find(({ user_id }) => user_id !== null && user_id === partner);
  if (block && partner !== undefined) {
    return (
      <div className="state-bar" role="status">
        <p>{t.blockedByYou(nameOf(partner))}</p>
        <button type="button" className="button" onClick={() => void attempt(() => unblock(client, block.id))}>
          {t.unblock}
        </button>
      </div>
    );
  }
  if (conversation.state === 'suspended' || conversation.state === 'declined') {
    return (
      <div className="state-bar" role="status">
        <p>{conversation.state === 'suspended' ? t.suspended : t.declined}</p>
      </div>
    );
  }
  if (conversation.state === 'pending' && partner !== undefined) {
    const isSent = conversation.head_seq > 0 || view.outbox.length > 0;
    return (
      <>
        <div className="state-bar" role="status">
          <p>{isSent ? t.pendingSent(nameOf(partner)) : t.pendingMine(nameOf(partner))}</p>
        </div>
        {!isSent && children}
      </>
    );
  }
  return children;
}
