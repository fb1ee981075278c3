import type { AccountSnapshot } from '@vestnik/client';
import { useWords } from '../i18n/language.ts';
import { useSelected, useSigned } from './account.tsx';
import { foreignCompanies, partnerOf } from './facts.ts';

/** How a conversation presents itself. */
export interface Face {
  name: string;
  isGroup: boolean;
  /** The other user of a direct conversation. */
  partner: number | undefined;
  /** The companies beside the user's own. */
  foreign: readonly number[];
  /** The presence of the others is shown: not before a request is accepted, nor after an agreement has ended. */
  hasPresence: boolean;
  /** The other user of a direct conversation is online. */
  isOnline: boolean;
}

/** Returns the name, companies and presence of a conversation; undefined for one that the user is not in. */
export function useFace(id: number): Face | undefined {
  const t = useWords();
  const { user } = useSigned();
  return useSelected((account) => faceOf(account, id, user, t.userFallback), sameFace);
}

/** The same outside of components. */
export function faceOf(
  account: AccountSnapshot,
  id: number,
  me: { id: number; companyId: number },
  userFallback: (id: number) => string,
): Face | undefined {
  const conversation = account.conversations.get(id)?.conversation;
  if (!conversation) return undefined;
  const partner = partnerOf(conversation, me.id);
  const partnerName = partner === undefined ? null : (account.people.get(partner)?.name ?? userFallback(partner));
  const hasPresence = conversation.state === 'active';
  return {
    name: conversation.name ?? partnerName ?? userFallback(me.id),
    isGroup: conversation.type === 'group',
    partner,
    foreign: foreignCompanies(conversation, account.people, me.companyId),
    hasPresence,
    isOnline: hasPresence && partner !== undefined && account.statuses.get(partner)?.is_online === true,
  };
}

function sameFace(one: Face | undefined, other: Face | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
