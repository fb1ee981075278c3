import jsonwebtoken from 'jsonwebtoken';

/** Signs a token with the shared secret (HS256), good for `lifetimeSeconds`. */
export function signToken(
  secret: string,
  identity: { id: number; companyId: number; name?: string | undefined },
  lifetimeSeconds: number,
): string {
  return jsonwebtoken.sign({ ...identity }, secret, { algorithm: 'HS256', expiresIn: lifetimeSeconds });
}
