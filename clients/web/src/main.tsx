import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { applyLanguage } from './i18n/language.ts';
import { createSession } from './session/session.ts';
import { loadWebSettings } from './session/web-settings.ts';
import { App } from './shell/app.tsx';
import { Unreachable } from './shell/unreachable.tsx';
import { applyTheme } from './state/theme.ts';
import './styles/index.css';

applyTheme();
applyLanguage();
const element = document.querySelector('#root');
if (!element) throw new Error('The page has no root');
const root = createRoot(element);
try {
  const settings = await loadWebSettings();
  const session = createSession(settings);
  root.render(
    <StrictMode>
      <App settings={settings} session={session} />
    </StrictMode>,
  );
} catch {
  root.render(<Unreachable />);
}
