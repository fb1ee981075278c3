import { useId, useState } from 'react';
import { weekDays } from '../i18n/dates.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { useClient, useSelected } from '../state/account.tsx';
import { attempt, notify } from '../state/notices.tsx';
import { inputOf } from '../state/preferences.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

/** The time in which no push arrives, in the zone of this device. */
export function QuietHours() {
  const preferences = useSelected((account) => account.preferences);
  // A change from another device fills the form anew.
  return <QuietHoursForm key={preferences?.version ?? 0} />;
}

function QuietHoursForm() {
  const t = useWords();
  const lang = useLanguage();
  const client = useClient();
  const preferences = useSelected((account) => account.preferences);
  const kept = preferences?.quiet_hours;
  const [isOn, setIsOn] = useState(kept !== null && kept !== undefined);
  const [start, setStart] = useState(kept?.start ?? '22:00');
  const [end, setEnd] = useState(kept?.end ?? '08:00');
  const [days, setDays] = useState(kept?.days ?? EVERY_DAY);
  const id = useId();

  async function save(): Promise<void> {
    const { quietHours: _, ...others } = inputOf(preferences);
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const next = isOn ? { ...others, quietHours: { start, end, timeZone, days } } : others;
    if (await attempt(() => client.rest.setPreferences(next))) notify(t.saved);
  }

  return (
    <section aria-labelledby={id}>
      <div className="section-head">
        <h3 id={id}>{t.quietHours}</h3>
      </div>
      <p className="section-hint">{t.quietHint}</p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label className="check">
          <input type="checkbox" checked={isOn} onChange={({ target }) => setIsOn(target.checked)} />
          {t.quietOn}
        </label>
        {isOn && (
          <>
            <div className="times">
              <label>
                {t.from}
                <input type="time" required value={start} onChange={({ target }) => setStart(target.value)} />
              </label>
              <label>
                {t.to}
                <input type="time" required value={end} onChange={({ target }) => setEnd(target.value)} />
              </label>
            </div>
            <div className="segments" role="group" aria-label={t.days}>
              {weekDays(lang).map((name, index) => {
                const day = index + 1;
                const isChosen = days.includes(day);
                return (
                  <button
                    key={day}
                    type="button"
                    className="segment"
                    aria-pressed={isChosen}
                    disabled={isChosen && days.length === 1}
                    onClick={() => setDays(isChosen ? days.filter((each) => each !== day) : [...days, day].toSorted())}
                  >
                    {name}
                  </button>
                );
              })}
            </div>
          </>
        )}
        {(isOn || kept) && (
          <button type="submit" className="button">
            {t.save}
          </button>
        )}
      </form>
    </section>
  );
}
