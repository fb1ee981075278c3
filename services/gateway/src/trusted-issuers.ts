import { readFileSync } from 'node:fs';
import type { TrustedIssuer } from '@vestnik/auth';
import { SettingError } from '@vestnik/config';
import { z } from 'zod';

const companies = z.union([z.array(z.int().positive()).min(1), z.literal('*')]);
const about = { issuer: z.string().min(1), companies, audience: z.string().min(1).optional() };
const issuers = z
  .array(
    z.union([
      z.strictObject({ ...about, jwksUrl: z.url() }),
      z.strictObject({ ...about, publicKey: z.string().min(1) }),
    ]),
  )
  .min(1);

/**
 * Reads the issuers of tokens from a JSON file.
 *
 * @throws SettingError for a file that cannot be read, and for anything but a list of issuers.
 */
export function readTrustedIssuers(path: string): TrustedIssuer[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    throw new SettingError(`TRUSTED_ISSUERS: ${path} ${reason}.`);
  }
  const { data, error } = issuers.safeParse(content);
  if (data) return data;
  const place = error.issues[0]?.path.join('.') ?? '';
  throw new SettingError(
    `TRUSTED_ISSUERS: ${path} must be a list of issuer, jwksUrl or publicKey, companies and perhaps audience${place && ` (see ${place})`}.`,
  );
}
