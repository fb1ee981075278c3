import type { Device } from '@vestnik/client';
import { useEffect, useState } from 'react';
import { fullTime } from '../i18n/dates.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { useClient } from '../state/account.tsx';
import { attempt } from '../state/notices.tsx';
import { IconButton } from '../ui/icon-button.tsx';

/** The push targets of the user. */
export function Devices() {
  const t = useWords();
  const lang = useLanguage();
  const client = useClient();
  const [devices, setDevices] = useState<readonly Device[]>();
  useEffect(() => {
    client.rest
      .listDevices()
      .then((answer) => setDevices(answer.devices))
      .catch(() => setDevices([]));
  }, [client]);
  const remove = async (deviceId: number) => {
    if (await attempt(() => client.rest.removeDevice({ deviceId }))) {
      setDevices((before) => before?.filter(({ id }) => id !== deviceId));
    }
  };
  return (
    <section aria-labelledby="devices-title">
      <div className="section-head">
        <h3 id="devices-title">{t.devices}</h3>
      </div>
      {devices?.length === 0 && <p className="section-hint">{t.noDevices}</p>}
      <ul className="entries">
        {devices?.map(({ id, provider, state, created_at, last_error }) => (
          <li key={id} className="entry">
            <span className="entry-text">
              <span>{provider}</span>
              <span className="entry-note">
                {fullTime(lang, created_at)} · {t.deviceState[state]}
                {last_error && ` (${last_error})`}
              </span>
            </span>
            <IconButton icon="close" label={t.remove(provider)} onClick={() => void remove(id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
