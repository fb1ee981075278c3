import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { BUS_USERS, type BusUser, DATA_SERVICES, type DataService } from '@vestnik/contracts';
import { Fault } from './fault.ts';

/** What a system keeps to itself. */
export type Secrets = {
  /** HS256 key of the tokens. */
  jwtSecret: string;
  /** Password of each service's database role. */
  passwords: Record<DataService, string>;
  /** Password of each user of the bus. */
  busPasswords: Record<BusUser, string>;
};

/**
 * The secrets in a file that only its owner may read; made once, at the first call.
 * @throws Fault when the file is there and broken: new secrets would lock everybody out in silence
 */
export async function keepSecrets(file: string): Promise<Secrets> {
  const kept = await readSecrets(file);
  if (kept && isWhole(kept)) return kept;
  const secrets: Secrets = {
    jwtSecret: kept?.jwtSecret ?? randomBytes(32).toString('base64url'),
    passwords: kept?.passwords ?? newPasswords(DATA_SERVICES),
    busPasswords: newPasswords(BUS_USERS),
  };
  const unfinished = `${file}.unfinished`;
  await writeFile(unfinished, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await chmod(unfinished, 0o600);
  await rename(unfinished, file);
  return secrets;
}

function newPasswords<Name extends string>(names: readonly Name[]): Record<Name, string> {
  return Object.fromEntries(names.map((name) => [name, randomBytes(24).toString('base64url')])) as Record<Name, string>;
}

/** What a file of secrets holds; one of a system whose bus had no users yet lacks their passwords. */
export type KeptSecrets = Omit<Secrets, 'busPasswords'> & Partial<Secrets>;

function isWhole(secrets: KeptSecrets): secrets is Secrets {
  return secrets.busPasswords !== undefined;
}

/**
 * The secrets in a file; undefined when there is none.
 * @throws Fault when it is broken
 */
export async function readSecrets(file: string): Promise<KeptSecrets | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Fault(`${file} cannot be read (${error.code}): start as the user it belongs to`);
  });
  if (text === undefined) return undefined;
  const secrets = parse(text);
  const sound =
    typeof secrets?.jwtSecret === 'string' &&
    hasAll(secrets.passwords, DATA_SERVICES) &&
    (secrets.busPasswords === undefined || hasAll(secrets.busPasswords, BUS_USERS));
  if (!sound) throw new Fault(`${file} is broken: restore it, or delete it (tokens signed so far are then refused)`);
  return secrets as KeptSecrets;
}

function hasAll(passwords: Partial<Record<string, unknown>> | undefined, names: readonly string[]): boolean {
  return names.every((name) => typeof passwords?.[name] === 'string');
}

function parse(text: string): Partial<Secrets> | undefined {
  try {
    return JSON.parse(text) as Partial<Secrets>;
  } catch {
    return undefined;
  }
}
