import { LANGUAGES, type Language, setLanguage, useLanguage, useWords } from '../i18n/language.ts';

/** Chooses the language before the user has signed in. */
export function LanguageSwitch() {
  const t = useWords();
  const current = useLanguage();
  return (
    <div className="language-switch" role="group" aria-label={t.language}>
      {(Object.keys(LANGUAGES) as Language[]).map((each) => (
        <button key={each} type="button" lang={each} aria-pressed={each === current} onClick={() => setLanguage(each)}>
          {LANGUAGES[each]}
        </button>
      ))}
    </div>
  );
}
