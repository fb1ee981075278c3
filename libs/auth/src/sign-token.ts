import jsonwebtoken from 'jsonwebtoken';

/** The claims that a token is signed with, beside its times. */
export interface SignedClaims {
  id: number;
  companyId: number;
  name?: string | undefined;
  companyName?: string | undefined;
  picture?: string | undefined;
  companyRole?: string | undefined;
  aud?: string | undefined;
}

/** Signs a token with the shared secret (HS256), good for `lifetimeSeconds`. */
export function signToken(secret: string, identity: SignedClaims, lifetimeSeconds: number): string {
  return jsonwebtoken.sign({ ...identity }, secret, { algorithm: 'HS256', expiresIn: lifetimeSeconds });
}
