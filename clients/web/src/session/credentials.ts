import { ofTab } from '../state/kept-texts.ts';

/** How the user of this tab has signed in. */
export type Credentials = { kind: 'demo'; userId: number } | { kind: 'token'; token: string };

const KEY = 'vestnik:credentials';

/** Returns the credentials of this tab. Another tab may be signed in as another user. */
export function keptCredentials(): Credentials | undefined {
  const kept = ofTab.get(KEY);
  return kept === null ? undefined : (JSON.parse(kept) as Credentials);
}

/** Keeps credentials for reloads of this tab; undefined forgets them. */
export function keepCredentials(credentials: Credentials | undefined): void {
  if (credentials) ofTab.set(KEY, JSON.stringify(credentials));
  else ofTab.remove(KEY);
}

/** Asks the server for a token of a demo person. Rejects when the server has no demo, or does not answer. */
export async function demoToken(userId: number): Promise<string> {
  const response = await fetch('/demo/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId }),
  });
  if (!response.ok) throw new Error(`/demo/sign-in answered ${response.status}`);
  const { data } = (await response.json()) as { data: { token: string } };
  return data.token;
}
