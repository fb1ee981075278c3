import type { Message } from '@vestnik/client';
import { useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { useSelected, useSigned } from '../state/account.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu, type MenuPlace } from '../ui/menu.tsx';
import { EMOJI, FEW_EMOJI } from './emoji.ts';
import { useToggleReaction } from './reactions.tsx';
import { ReadBy } from './read-by.tsx';
import type { MessageAct } from './use-message-keys.ts';

interface MessageMenuProps {
  message: Message;
  place: MenuPlace;
  /** Whether the menu opens with all emoji. */
  isReacting: boolean;
  onAct: (act: MessageAct, message: Message, element: HTMLElement) => void;
  onClose: () => void;
}

/** What a user can do with a message: a row of emoji, and the actions. */
export function MessageMenu({ message, place, isReacting, onAct, onClose }: MessageMenuProps) {
  const t = useWords();
  const { user } = useSigned();
  const toggle = useToggleReaction();
  const [isWide, setIsWide] = useState(isReacting);
  // The message as it is now: the menu may be open while it changes.
  const now = useSelected(
    (account) =>
      account.conversations.get(message.conversation_id)?.messages.find(({ id }) => id === message.id) ?? message,
  );
  const isMine = message.sender_id === user.id;
  const acts: { act: MessageAct; label: string; isShown: boolean }[] = [
    { act: 'reply', label: t.reply, isShown: true },
    { act: 'copy', label: t.copy, isShown: now.content !== null },
    { act: 'pin', label: now.pinned_at === null ? t.pin : t.unpin, isShown: true },
    { act: 'edit', label: t.edit, isShown: isMine && now.content !== null },
    { act: 'report', label: t.report, isShown: !isMine },
    { act: 'delete', label: t.deleteMessage, isShown: isMine },
  ];
  return (
    <Menu label={t.actions} place={place} onClose={onClose} className={isWide ? 'menu-emoji' : ''}>
      <div className="emoji-grid" role="group" aria-label={t.react}>
        {(isWide ? EMOJI : FEW_EMOJI).map((emoji) => (
          <button
            key={emoji}
            type="button"
            role="menuitem"
            className="emoji"
            tabIndex={-1}
            onClick={() => {
              onClose();
              toggle(now, emoji);
            }}
          >
            {emoji}
          </button>
        ))}
        {!isWide && (
          <button
            type="button"
            role="menuitem"
            className="emoji"
            tabIndex={-1}
            aria-label={t.emoji}
            onClick={() => setIsWide(true)}
          >
            <Icon name="plus" size={18} />
          </button>
        )}
      </div>
      {!isReacting &&
        acts
          .filter(({ isShown }) => isShown)
          .map(({ act, label }) => (
            <button
              key={act}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className={act === 'delete' ? 'menu-item menu-item-danger' : 'menu-item'}
              onClick={(event) => {
                onClose();
                onAct(act, now, event.currentTarget);
              }}
            >
              {label}
            </button>
          ))}
      {!isReacting && isMine && <ReadBy message={now} />}
    </Menu>
  );
}
