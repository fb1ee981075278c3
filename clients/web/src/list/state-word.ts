import type { ListedConversation } from '@vestnik/client';
import { useWords } from '../i18n/language.ts';
import { useSigned } from '../state/account.tsx';
import { useBlocks } from '../state/blocks.ts';
import { partnerOf } from '../state/facts.ts';

/** Returns the state of a conversation in words; undefined for an active one. */
export function useStateWord(conversation: ListedConversation | undefined): string | undefined {
  const t = useWords();
  const { user } = useSigned();
  const blocks = useBlocks();
  if (!conversation) return undefined;
  const partner = partnerOf(conversation, user.id);
  if (partner !== undefined && blocks.some(({ user_id }) => user_id === partner)) return t.stateBlocked;
  const words = { active: undefined, pending: t.statePending, declined: t.stateDeclined, suspended: t.stateSuspended };
  return words[conversation.state];
}
