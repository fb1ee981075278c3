import { useWords } from '../i18n/language.ts';

/** Shown when the server does not answer at all. */
export function Unreachable() {
  const t = useWords();
  return (
    <main className="center">
      <p role="alert">{t.settingsFailed}</p>
      <button type="button" className="button button-accent" onClick={() => location.reload()}>
        {t.tryAgain}
      </button>
    </main>
  );
}
