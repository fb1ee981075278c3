import { fullTime } from '../i18n/dates.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { useClient, useSelected } from '../state/account.tsx';
import { levelOf, silenceOf } from '../state/facts.ts';
import { attempt } from '../state/notices.tsx';
import { withLevel, withSilence } from '../state/preferences.ts';

const HOUR_MS = 60 * 60 * 1_000;

/** Of which messages the user is told, and for how long of none. */
export function Telling({ conversationId }: { conversationId: number }) {
  const t = useWords();
  const lang = useLanguage();
  const client = useClient();
  const preferences = useSelected((account) => account.preferences);
  const level = levelOf(preferences, conversationId);
  const silence = silenceOf(preferences, conversationId);
  const set = (next: ReturnType<typeof withLevel>) => void attempt(() => client.rest.setPreferences(next));
  const mute = (until: Date | null) => set(withSilence(preferences, conversationId, until?.toISOString() ?? 'always'));
  const tomorrow = () => {
    const date = new Date(Date.now() + 24 * HOUR_MS);
    date.setHours(9, 0, 0, 0);
    return date;
  };
  return (
    <section aria-labelledby="telling-title">
      <div className="section-head">
        <h3 id="telling-title">{t.notifications}</h3>
      </div>
      <div className="segments" role="group" aria-labelledby="telling-title">
        {(['all', 'mentions', 'none'] as const).map((each) => (
          <button
            key={each}
            type="button"
            className="segment"
            aria-pressed={level === each}
            onClick={() => set(withLevel(preferences, conversationId, each))}
          >
            {{ all: t.levelAll, mentions: t.levelMentions, none: t.levelNone }[each]}
          </button>
        ))}
      </div>
      {silence ? (
        <div className="section-line">
          <span>{silence.until ? t.mutedUntil(fullTime(lang, silence.until)) : t.muted}</span>
          <button
            type="button"
            className="button button-small"
            onClick={() => set(withSilence(preferences, conversationId, undefined))}
          >
            {t.unmute}
          </button>
        </div>
      ) : (
        <div className="section-line">
          <span>{t.muteFor}</span>
          <span className="section-buttons">
            <button type="button" className="button button-small" onClick={() => mute(new Date(Date.now() + HOUR_MS))}>
              {t.muteHour}
            </button>
            <button type="button" className="button button-small" onClick={() => mute(tomorrow())}>
              {t.muteDay}
            </button>
            <button type="button" className="button button-small" onClick={() => mute(null)}>
              {t.muteEver}
            </button>
          </span>
        </div>
      )}
    </section>
  );
}
