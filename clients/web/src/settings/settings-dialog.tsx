import { LANGUAGES, type Language, setLanguage, useLanguage, useWords } from '../i18n/language.ts';
import { useSigned } from '../state/account.tsx';
import { setTheme, type Theme, useTheme } from '../state/theme.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Blocks } from './blocks.tsx';
import { DesktopNotifications } from './desktop-notifications.tsx';
import { Devices } from './devices.tsx';
import { Mutes } from './mutes.tsx';
import { QuietHours } from './quiet-hours.tsx';
import { Segments } from './segments.tsx';

/** The settings of the user and of this page. */
export function SettingsDialog({ onClose, onShortcuts }: { onClose: () => void; onShortcuts: () => void }) {
  const t = useWords();
  const language = useLanguage();
  const theme = useTheme();
  const { user, signOut } = useSigned();
  const themes: Record<Theme, string> = { system: t.themeSystem, light: t.themeLight, dark: t.themeDark };
  return (
    <Dialog title={t.settings} onClose={onClose} isSheet>
      <div className="details">
        <p className="section-hint">{t.signedInAs(user.name ?? t.userFallback(user.id))}</p>
        <Segments
          title={t.language}
          options={LANGUAGES}
          value={language}
          onValue={(value: Language) => setLanguage(value)}
        />
        <Segments title={t.theme} options={themes} value={theme} onValue={(value: Theme) => setTheme(value)} />
        <DesktopNotifications />
        <QuietHours />
        <Mutes />
        <Devices />
        <Blocks />
        <section className="details-end">
          <button type="button" className="button" onClick={onShortcuts}>
            {t.shortcuts}
          </button>
          <button type="button" className="button button-danger-quiet" onClick={signOut}>
            {t.signOut}
          </button>
        </section>
      </div>
    </Dialog>
  );
}
