import { useEffect } from 'react';
import { useClient, useSelected, useSigned } from '../state/account.tsx';
import { partnerOf } from '../state/facts.ts';

/** Conversations at the head of the list whose partners' presence is watched. */
const WATCHED = 200;

/** Watches the presence of the people in the list, and fetches names that are not known. */
export function useContacts(): void {
  const client = useClient();
  const { user } = useSigned();
  const partners = useSelected(
    (account) =>
      account.order.slice(0, WATCHED).flatMap((id) => {
        const conversation = account.conversations.get(id)?.conversation;
        const partner = conversation && partnerOf(conversation, user.id);
        return partner === undefined ? [] : [partner];
      }),
    (one, other) => one.join() === other.join(),
  );
  useEffect(() => {
    if (partners.length === 0) return;
    client.account.watchPresence(partners);
    const { people } = client.account.getSnapshot();
    const unknown = partners.filter((id) => !people.has(id));
    if (unknown.length > 0) client.account.loadPeople(unknown).catch(() => undefined);
  }, [client, partners]);
}
