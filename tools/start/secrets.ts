import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { DATABASE_SERVICES, type DatabaseService } from '@vestnik/servers';
import { Fault } from './fault.ts';

/** What a system keeps to itself. */
export type Secrets = {
  /** HS256 key of the tokens. */
  jwtSecret: string;
  /** Password of each service's database role. */
  passwords: Record<DatabaseService, string>;
};

/**
 * The secrets in a file that only its owner may read; made once, at the first call.
 * @throws Fault when the file is there and broken: new secrets would lock everybody out in silence
 */
export async function keepSecrets(file: string): Promise<Secrets> {
  const kept = await readSecrets(file);
  if (kept) return kept;
  const secrets: Secrets = {
    jwtSecret: randomBytes(32).toString('base64url'),
    passwords: Object.fromEntries(
      DATABASE_SERVICES.map((service) => [service, randomBytes(24).toString('base64url')]),
    ) as Secrets['passwords'],
  };
  const unfinished = `${file}.unfinished`;
  await writeFile(unfinished, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await chmod(unfinished, 0o600);
  await rename(unfinished, file);
  return secrets;
}

/**
 * The secrets in a file; undefined when there is none.
 * @throws Fault when it is broken
 */
export async function readSecrets(file: string): Promise<Secrets | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Fault(`${file} cannot be read (${error.code}): start as the user it belongs to`);
  });
  if (text === undefined) return undefined;
  const secrets = parse(text);
  const whole =
    typeof secrets?.jwtSecret === 'string' &&
    DATABASE_SERVICES.every((service) => typeof secrets.passwords?.[service] === 'string');
  if (!whole) throw new Fault(`${file} is broken: restore it, or delete it (tokens signed so far are then refused)`);
  return secrets as Secrets;
}

function parse(text: string): Partial<Secrets> | undefined {
  try {
    return JSON.parse(text) as Partial<Secrets>;
  } catch {
    return undefined;
  }
}
