import type { Message } from '@vestnik/client';
import { useWords } from '../i18n/language.ts';
import { useClient, useNames, useSigned } from '../state/account.tsx';
import { attempt } from '../state/notices.tsx';

/** Sets or takes back the user's reaction to a message. */
export function useToggleReaction(): (message: Message, emoji: string) => void {
  const client = useClient();
  const { user } = useSigned();
  return (message, emoji) => {
    const isMine = message.reactions.some((each) => each.emoji === emoji && each.user_ids.includes(user.id));
    const name = isMine ? 'remove_reaction' : 'add_reaction';
    void attempt(() => client.call(name, { messageId: message.id, emoji }));
  };
}

/** The reactions to a message; a click joins or leaves one. */
export function Reactions({ message }: { message: Message }) {
  const t = useWords();
  const { user } = useSigned();
  const nameOf = useNames();
  const toggle = useToggleReaction();
  if (message.reactions.length === 0) return null;
  return (
    <span className="reactions">
      {message.reactions.map(({ emoji, user_ids }) => {
        const isMine = user_ids.includes(user.id);
        const label = t.reactionLabel(emoji, user_ids.length);
        return (
          <button
            key={emoji}
            type="button"
            className="reaction"
            tabIndex={-1}
            aria-pressed={isMine}
            aria-label={isMine ? `${label}, ${t.reactionMine}` : label}
            title={user_ids.map(nameOf).join(', ')}
            onClick={() => toggle(message, emoji)}
          >
            <span aria-hidden="true">{emoji}</span>
            <span aria-hidden="true">{user_ids.length}</span>
          </button>
        );
      })}
    </span>
  );
}
