import { useWords } from '../i18n/language.ts';

/** Shown in a frame until the page around it gives a token. */
export function WaitingForHost() {
  const t = useWords();
  return (
    <main className="center">
      <p role="status">{t.waitingForHost}</p>
    </main>
  );
}
