import type { Message } from '@vestnik/client';
import { useEffect } from 'react';
import { useWords } from '../i18n/language.ts';
import { useClient, useNames, useSelected } from '../state/account.tsx';

/** Names that are shown at once; the rest is a number. */
const SHOWN = 6;

/** Says which users have read a message. */
export function ReadBy({ message }: { message: Message }) {
  const t = useWords();
  const client = useClient();
  const nameOf = useNames();
  const { conversation_id: id, seq, sender_id } = message;
  const readers = useSelected(
    (account) =>
      [...(account.conversations.get(id)?.markers.values() ?? [])]
        .filter(({ user_id, read_seq }) => user_id !== sender_id && read_seq >= seq)
        .map(({ user_id }) => user_id),
    (one, other) => one.join() === other.join(),
  );
  useEffect(() => {
    client.account.loadMarkers(id).catch(() => undefined);
  }, [client, id]);
  return (
    <p className="menu-note">
      {readers.length === 0
        ? t.notReadYet
        : `${t.readByCount(readers.length)}: ${readers.slice(0, SHOWN).map(nameOf).join(', ')}${readers.length > SHOWN ? '…' : ''}`}
    </p>
  );
}
