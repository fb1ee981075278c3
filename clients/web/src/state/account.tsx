import type { AccountSnapshot, Client, ConversationView, Person } from '@vestnik/client';
import { useAccount } from '@vestnik/client/react';
import { createContext, type ReactNode, use, useCallback } from 'react';
import { useWords } from '../i18n/language.ts';
import type { TokenUser } from '../session/token.ts';

interface Signed {
  client: Client;
  user: TokenUser;
  signOut: () => void;
}

const SignedContext = createContext<Signed | null>(null);

/** Gives the client of the signed-in user to all components inside. */
export function Signed({ value, children }: { value: Signed; children: ReactNode }) {
  return <SignedContext value={value}>{children}</SignedContext>;
}

/** Returns the client and the user who is signed in. */
export function useSigned(): Signed {
  const signed = use(SignedContext);
  if (!signed) throw new Error('Nobody is signed in here');
  return signed;
}

/** Returns the client of the signed-in user. */
export function useClient(): Client {
  return useSigned().client;
}

/** Returns a part of the account, and renders again when it has changed. */
export function useSelected<Part>(
  select: (snapshot: AccountSnapshot) => Part,
  isEqual?: (before: Part, after: Part) => boolean,
): Part {
  return useAccount(useClient().account, select, isEqual);
}

/** Returns a conversation as it is now; undefined for one that the user is not in. */
export function useConversation(id: number): ConversationView | undefined {
  return useSelected((account) => account.conversations.get(id));
}

/** Returns a person as far as known. */
export function usePerson(id: number | undefined): Person | undefined {
  return useSelected((account) => (id === undefined ? undefined : account.people.get(id)));
}

/** Returns a function that names people, and renders again when people change. */
export function useNames(): (id: number) => string {
  const people = useSelected((account) => account.people);
  const { userFallback } = useWords();
  return useCallback((id) => people.get(id)?.name ?? userFallback(id), [people, userFallback]);
}

/** Returns the company of the signed-in user. */
export function useOwnCompany(): number {
  return useSigned().user.companyId;
}
