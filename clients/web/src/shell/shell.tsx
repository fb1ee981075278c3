import { useCallback, useState } from 'react';
import { Details } from '../details/details.tsx';
import { useWords } from '../i18n/language.ts';
import type { Search } from '../list/search.ts';
import { Sidebar } from '../list/sidebar.tsx';
import { NewConversation } from '../people/new-conversation.tsx';
import { SettingsDialog } from '../settings/settings-dialog.tsx';
import { useConversation } from '../state/account.tsx';
import { useRoute } from '../state/route.ts';
import { Thread } from '../thread/thread.tsx';
import { Empty } from '../ui/empty.tsx';
import { LineBanner } from './line-banner.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { useContacts } from './use-contacts.ts';
import { useNews } from './use-news.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { useTitleBadge } from './use-title-badge.ts';

/** What lies over the messenger. */
type Over = 'new' | 'settings' | 'details' | 'shortcuts';

const NO_SEARCH: Search = { text: '', scope: undefined };

/** The messenger: the conversations and, beside them, the one that is open. */
export function Shell() {
  const t = useWords();
  const { conversationId, seq } = useRoute();
  const view = useConversation(conversationId ?? 0);
  const [over, setOver] = useState<Over>();
  const [search, setSearch] = useState<Search>(NO_SEARCH);
  const close = useCallback(() => setOver(undefined), []);
  const openNew = useCallback(() => setOver('new'), []);
  const openSettings = useCallback(() => setOver('settings'), []);
  const openDetails = useCallback(() => setOver('details'), []);
  const openShortcuts = useCallback(() => setOver('shortcuts'), []);
  const searchHere = useCallback(() => setSearch({ text: '', scope: conversationId }), [conversationId]);
  useTitleBadge();
  useNews();
  useContacts();
  useShortcuts({ onNew: openNew, onHelp: openShortcuts });
  const isOpen = conversationId !== undefined && view !== undefined;
  // On a phone a search in the open conversation shows the sidebar in its place.
  const isSidebarShown = !isOpen || search.scope !== undefined;
  return (
    <div className={isSidebarShown ? 'shell shell-list' : 'shell shell-thread'}>
      <LineBanner />
      <Sidebar search={search} onSearch={setSearch} onNew={openNew} onSettings={openSettings} />
      <main className="main">
        {isOpen ? (
          <Thread
            key={conversationId}
            conversationId={conversationId}
            jumpTo={seq}
            onDetails={openDetails}
            onSearch={searchHere}
          />
        ) : (
          <Empty title={t.chooseConversation} hint={t.chooseConversationHint}>
            <button type="button" className="button button-accent" onClick={openNew}>
              {t.newConversation}
            </button>
          </Empty>
        )}
      </main>
      {over === 'new' && <NewConversation onClose={close} />}
      {over === 'settings' && <SettingsDialog onClose={close} onShortcuts={openShortcuts} />}
      {over === 'details' && isOpen && <Details conversationId={conversationId} onClose={close} />}
      {over === 'shortcuts' && <ShortcutsDialog onClose={close} />}
    </div>
  );
}
