import { useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { canNotify, setWantsNotifications, wantsNotifications } from '../state/desktop.ts';

/** Switches the notifications of the desktop. */
export function DesktopNotifications() {
  const t = useWords();
  const [isOn, setIsOn] = useState(wantsNotifications());
  const [isDenied, setIsDenied] = useState(false);
  async function change(next: boolean): Promise<void> {
    const isAllowed = next && (await canNotify());
    setWantsNotifications(isAllowed);
    setIsOn(isAllowed);
    setIsDenied(next && !isAllowed);
  }
  return (
    <section>
      <label className="check">
        <input type="checkbox" checked={isOn} onChange={({ target }) => void change(target.checked)} />
        {t.desktopNotifications}
      </label>
      {isDenied && (
        <p className="section-hint" role="alert">
          {t.desktopDenied}
        </p>
      )}
    </section>
  );
}
