/** The user whom a token names. */
export interface TokenUser {
  id: number;
  companyId: number;
  name: string | undefined;
  companyName: string | undefined;
}

/** Reads the user from a token without judging the signature, which the server does. Undefined for text that is no token. */
export function userOf(token: string): TokenUser | undefined {
  const [, payload, signature] = token.split('.');
  if (!payload || !signature) return undefined;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const { id, companyId, name, companyName } = claims;
    if (typeof id !== 'number' || typeof companyId !== 'number') return undefined;
    return { id, companyId, name: textOf(name), companyName: textOf(companyName) };
  } catch {
    return undefined;
  }
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' ? claim : undefined;
}
