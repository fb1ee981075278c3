import { z } from 'zod';

/** Who a verified token speaks for. */
export interface Identity {
  userId: number;
  companyId: number;
  name: string | undefined;
  /** Unix time in seconds after which the token is no longer good. */
  expiresAt: number;
}

const claims = z.object({
  id: z.int().positive(),
  companyId: z.int().positive(),
  name: z.string().max(1_000).optional(),
  exp: z.number(),
});

/**
 * Who the claims of a token name.
 *
 * @throws ZodError when one is missing or of the wrong kind.
 */
export function identityOf(payload: unknown): Identity {
  const { id, companyId, name, exp } = claims.parse(payload);
  return { userId: id, companyId, name, expiresAt: exp };
}
