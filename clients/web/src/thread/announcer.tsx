import { useEffect, useRef, useState } from 'react';
import { useNames, useSelected, useSigned } from '../state/account.tsx';

/** Reads new messages of others to users of screen readers. */
export function Announcer({ conversationId }: { conversationId: number }) {
  const { user } = useSigned();
  const nameOf = useNames();
  const newest = useSelected((account) => account.conversations.get(conversationId)?.messages.at(-1));
  const known = useRef(newest?.seq ?? 0);
  const [text, setText] = useState('');
  useEffect(() => {
    if (!newest || newest.seq <= known.current) return;
    known.current = newest.seq;
    if (newest.sender_id !== user.id) setText(`${nameOf(newest.sender_id)}: ${newest.content ?? ''}`);
  }, [newest, nameOf, user.id]);
  return (
    <p className="hidden" aria-live="polite">
      {text}
    </p>
  );
}
