import { useDeferredValue, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { SearchResults } from '../search/search-results.tsx';
import { useSigned } from '../state/account.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { ConversationList } from './conversation-list.tsx';
import type { Filter } from './filter.ts';
import { FilterChips } from './filter-chips.tsx';
import type { Search } from './search.ts';
import { SearchField } from './search-field.tsx';

interface SidebarProps {
  search: Search;
  onSearch: (search: Search) => void;
  onNew: () => void;
  onSettings: () => void;
}

/** The conversations of the user, with search and filter. */
export function Sidebar({ search, onSearch, onNew, onSettings }: SidebarProps) {
  const t = useWords();
  const { user } = useSigned();
  const [filter, setFilter] = useState<Filter>('all');
  const text = useDeferredValue(search.text);
  const isSearching = text.trim() !== '' || search.scope !== undefined;
  const name = user.name ?? t.userFallback(user.id);
  return (
    <aside className="sidebar" aria-label={t.conversations}>
      <h1 className="hidden">{t.appName}</h1>
      <header className="sidebar-head">
        <button type="button" className="me" onClick={onSettings} title={t.settings}>
          <Avatar name={name} size="small" />
          <span className="hidden">{t.settings}: </span>
          <span className="me-text">
            <span className="me-name">{name}</span>
            <span className="me-company">{user.companyName ?? t.companyFallback(user.companyId)}</span>
          </span>
        </button>
        <IconButton icon="plus" label={t.newConversation} className="icon-button-accent" onClick={onNew} />
      </header>
      <SearchField search={search} onSearch={onSearch} />
      {isSearching ? (
        <SearchResults text={text} scope={search.scope} onScope={(scope) => onSearch({ ...search, scope })} />
      ) : (
        <>
          <FilterChips filter={filter} onFilter={setFilter} />
          <ConversationList filter={filter} onNew={onNew} />
        </>
      )}
    </aside>
  );
}
