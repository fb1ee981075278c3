import type { Message } from '@vestnik/client';
import { useEffect, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { useClient, useNames, useSelected } from '../state/account.tsx';
import { openConversation } from '../state/route.ts';

/** The pinned messages of a conversation, newest pin first. A click jumps to one. */
export function Pins({ conversationId, onClose }: { conversationId: number; onClose: () => void }) {
  const t = useWords();
  const client = useClient();
  const nameOf = useNames();
  const [pins, setPins] = useState<readonly Message[]>();
  const held = useSelected(
    (account) =>
      account.conversations
        .get(conversationId)
        ?.messages.filter(({ pinned_at }) => pinned_at !== null)
        .map(({ id }) => id) ?? [],
    (one, other) => one.join() === other.join(),
  );
  useEffect(() => {
    client.rest
      .listPins({ conversationId })
      .then(({ messages }) => setPins(messages))
      .catch(() => setPins([]));
  }, [client, conversationId, held]);
  return (
    <section aria-labelledby="pins-title">
      <div className="section-head">
        <h3 id="pins-title">{t.pinnedMessages}</h3>
      </div>
      {pins?.length === 0 && <p className="section-hint">{t.noPins}</p>}
      <ul className="pins">
        {pins?.map(({ id, seq, sender_id, content }) => (
          <li key={id}>
            <button
              type="button"
              className="pin"
              onClick={() => {
                onClose();
                openConversation(conversationId, seq);
              }}
            >
              <span className="pin-name">{nameOf(sender_id)}</span>
              <span className="pin-text">{content ?? t.attachmentOnly}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
