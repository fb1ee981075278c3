import { useEffect, useRef } from 'react';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import type { Search } from './search.ts';

/** The one search field of the page: conversations, people and messages. */
export function SearchField({ search, onSearch }: { search: Search; onSearch: (search: Search) => void }) {
  const t = useWords();
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (search.scope !== undefined) ref.current?.focus();
  }, [search.scope]);
  return (
    <search className="search-field">
      <Icon name="search" size={18} />
      <input
        ref={ref}
        id="search"
        type="text"
        inputMode="search"
        maxLength={200}
        autoComplete="off"
        aria-label={t.searchLabel}
        placeholder={t.searchPlaceholder}
        value={search.text}
        onChange={({ target }) => onSearch({ ...search, text: target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            onSearch({ text: '', scope: undefined });
          }
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            document.querySelector<HTMLElement>('[data-list-item]')?.focus();
          }
        }}
      />
      {(search.text !== '' || search.scope !== undefined) && (
        <IconButton icon="close" label={t.clearSearch} onClick={() => onSearch({ text: '', scope: undefined })} />
      )}
    </search>
  );
}
