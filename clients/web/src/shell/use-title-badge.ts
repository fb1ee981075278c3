import { useEffect } from 'react';
import { useWords } from '../i18n/language.ts';
import plain from '../icons/vestnik.svg';
import marked from '../icons/vestnik-unread.svg';
import { useSelected } from '../state/account.tsx';
import { useFace } from '../state/face.ts';
import { useRoute } from '../state/route.ts';

/** Shows in the title and icon of the tab how much is unread, and which conversation is open. */
export function useTitleBadge(): void {
  const { appName } = useWords();
  const unread = useSelected((account) => account.unreadCount);
  const { conversationId } = useRoute();
  const face = useFace(conversationId ?? 0);
  useEffect(() => {
    const name = face ? `${face.name} · ${appName}` : appName;
    document.title = unread > 0 ? `(${unread}) ${name}` : name;
    document.querySelector('#icon')?.setAttribute('href', unread > 0 ? marked : plain);
  }, [unread, face, appName]);
}
