import { useSyncExternalStore } from 'react';
import type { Session } from '../session/session.ts';
import type { WebSettings } from '../session/web-settings.ts';
import { Signed } from '../state/account.tsx';
import { forgetDrafts } from '../state/drafts.ts';
import { attempt, Notices } from '../state/notices.tsx';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';
import { WaitingForHost } from './waiting-for-host.tsx';

/** The page: signing in, or the messenger of the user who is signed in. */
export function App({ settings, session }: { settings: WebSettings; session: Session }) {
  const state = useSyncExternalStore(session.subscribe, session.getSnapshot);
  return (
    <>
      {state.kind === 'signed-in' && (
        <Signed
          key={state.user.id}
          value={{
            client: state.client,
            user: state.user,
            signOut: () => {
              forgetDrafts(state.user.id);
              void attempt(() => session.signOut());
            },
          }}
        >
          <Shell />
        </Signed>
      )}
      {state.kind === 'signed-out' && <SignIn settings={settings} session={session} isRefused={state.refused} />}
      {state.kind === 'waiting-for-host' && <WaitingForHost />}
      <Notices />
    </>
  );
}
