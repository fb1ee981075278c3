import { useId, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import type { Session } from '../session/session.ts';
import type { WebSettings } from '../session/web-settings.ts';
import { Brand } from './brand.tsx';
import { DemoPeople } from './demo-people.tsx';
import { LanguageSwitch } from './language-switch.tsx';

interface SignInProps {
  settings: WebSettings;
  session: Session;
  /** The server refused the last token. */
  isRefused: boolean;
}

/** Signs in by one click as a demo person, or with a token. */
export function SignIn({ settings, session, isRefused }: SignInProps) {
  const t = useWords();
  const hasDemo = settings.demo_people.length > 0;
  return (
    <main className="sign-in">
      <LanguageSwitch />
      <header className="sign-in-head">
        <Brand />
        <h1>{t.signInTitle}</h1>
        <p>{hasDemo ? t.demoLead : t.signInLead}</p>
      </header>
      {hasDemo && <DemoPeople people={settings.demo_people} onChoose={(id) => session.signInAs(id)} />}
      {hasDemo && !isRefused ? (
        <details className="sign-in-token">
          <summary>{t.tokenTitle}</summary>
          <TokenForm session={session} isRefused={isRefused} />
        </details>
      ) : (
        <div className="sign-in-token">
          <TokenForm session={session} isRefused={isRefused} />
        </div>
      )}
    </main>
  );
}

function TokenForm({ session, isRefused }: { session: Session; isRefused: boolean }) {
  const t = useWords();
  const [token, setToken] = useState('');
  const [fault, setFault] = useState(isRefused ? 'refused' : '');
  const id = useId();
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        setFault(session.signInWith(token.trim()) ? '' : 'malformed');
      }}
    >
      <label htmlFor={id}>{t.tokenLabel}</label>
      <input
        id={id}
        type="password"
        required
        autoComplete="off"
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        aria-invalid={fault !== ''}
        value={token}
        onChange={({ target }) => setToken(target.value)}
      />
      <p className="form-hint" id={`${id}-hint`}>
        {t.tokenHint}
      </p>
      {fault !== '' && (
        <p className="form-fault" role="alert">
          {fault === 'refused' ? t.tokenRefused : t.tokenMalformed}
        </p>
      )}
      <button type="submit" className="button button-accent">
        {t.signIn}
      </button>
    </form>
  );
}
