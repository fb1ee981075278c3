import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';

/** Leads to the newest message, and says how many are new. */
export function JumpButton({ unread, onJump }: { unread: number; onJump: () => void }) {
  const t = useWords();
  const label = unread > 0 ? `${t.jumpToNewest}: ${t.newBelow(unread)}` : t.jumpToNewest;
  return (
    <button type="button" className="jump" aria-label={label} title={t.jumpToNewest} onClick={onJump}>
      <Icon name="down" />
      {unread > 0 && <span className="badge">{unread > 99 ? '99+' : unread}</span>}
    </button>
  );
}
