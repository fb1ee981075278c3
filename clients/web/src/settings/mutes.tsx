import { useWords } from '../i18n/language.ts';
import { useClient, useSelected, useSigned } from '../state/account.tsx';
import { faceOf } from '../state/face.ts';
import { silenceOf } from '../state/facts.ts';
import { attempt } from '../state/notices.tsx';
import { withSilence } from '../state/preferences.ts';

/** The silent conversations, each with the way back. */
export function Mutes() {
  const t = useWords();
  const client = useClient();
  const { user } = useSigned();
  const preferences = useSelected((account) => account.preferences);
  const muted = useSelected(
    (account) => account.order.filter((id) => silenceOf(account.preferences, id) !== undefined),
    (one, other) => one.join() === other.join(),
  );
  return (
    <section aria-labelledby="mutes-title">
      <div className="section-head">
        <h3 id="mutes-title">{t.mutes}</h3>
      </div>
      {muted.length === 0 && <p className="section-hint">{t.noMutes}</p>}
      <ul className="entries">
        {muted.map((id) => (
          <li key={id} className="entry">
            <span>{faceOf(client.account.getSnapshot(), id, user, t.userFallback)?.name}</span>
            <button
              type="button"
              className="button button-small"
              onClick={() => void attempt(() => client.rest.setPreferences(withSilence(preferences, id, undefined)))}
            >
              {t.unmute}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
