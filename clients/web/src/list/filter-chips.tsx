import { useWords } from '../i18n/language.ts';
import { FILTERS, type Filter } from './filter.ts';

/** Chooses which conversations the list shows. */
export function FilterChips({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const t = useWords();
  const names = { all: t.filterAll, unread: t.filterUnread, mentions: t.filterMentions, foreign: t.filterForeign };
  return (
    <div className="chips" role="group" aria-label={t.filterLabel}>
      {FILTERS.map((each) => (
        <button key={each} type="button" className="chip" aria-pressed={filter === each} onClick={() => onFilter(each)}>
          {names[each]}
        </button>
      ))}
    </div>
  );
}
