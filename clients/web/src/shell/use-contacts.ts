import { useEffect } from 'react';
import { useClient, useSelected, useSigned } from '../state/account.tsx';
import { partnerOf } from '../state/facts.ts';

/** Conversations at the head of the list whose people are looked after. */
const WATCHED = 200;
/** People of one request. */
const AT_ONCE = 100;

/** Watches the presence of the partners in the list, and fetches the people of its conversations that are not known. */
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
    sameIds,
  );
  const unknown = useSelected((account) => {
    const ids = account.order.slice(0, WATCHED).flatMap((id) => {
      const conversation = account.conversations.get(id)?.conversation;
      const invited = conversation?.invited ?? [];
      return [
        ...(conversation?.participants ?? []),
        ...invited.flatMap(({ user_id, invited_by }) => [user_id, invited_by]),
      ];
    });
    return [...new Set(ids)].filter((id) => !account.people.has(id)).slice(0, AT_ONCE);
  }, sameIds);
  const isLive = useSelected((account) => account.line === 'live');
  useEffect(() => {
    if (partners.length > 0) client.account.watchPresence(partners);
  }, [client, partners]);
  useEffect(() => {
    if (isLive && unknown.length > 0) client.account.loadPeople(unknown).catch(() => undefined);
  }, [client, unknown, isLive]);
}

function sameIds(one: readonly number[], other: readonly number[]): boolean {
  return one.join() === other.join();
}
