import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { BUS_USERS, type BusUser, DATA_SERVICES, type DataService, forEachName } from '@vestnik/contracts';
import { Fault } from './fault.ts';

/** The secrets of a system. */
export type Secrets = {
  /** HS256 key of the tokens. */
  jwtSecret: string;
  /** Password of each service's database role. */
  passwords: Record<DataService, string>;
  /** Password of each user of the bus. */
  busPasswords: Record<BusUser, string>;
};

/** The secrets in a file: those of a service or bus user that came later are not in it yet. */
export type KeptSecrets = {
  jwtSecret: string;
  passwords: Partial<Secrets['passwords']>;
  busPasswords: Partial<Secrets['busPasswords']>;
};

/**
 * Reads the secrets from a file that only its owner may read, and makes those that the file lacks.
 * @throws Fault when the file is broken: new secrets would make every token and password wrong without a word
 */
export async function keepSecrets(file: string): Promise<Secrets> {
  const kept = await readSecrets(file);
  const secrets: Secrets = {
    jwtSecret: kept?.jwtSecret ?? randomBytes(32).toString('base64url'),
    passwords: withNew(kept?.passwords, DATA_SERVICES),
    busPasswords: withNew(kept?.busPasswords, BUS_USERS),
  };
  const text = `${JSON.stringify(secrets, null, 2)}\n`;
  if (kept && text === `${JSON.stringify(kept, null, 2)}\n`) return secrets;
  const unfinished = `${file}.unfinished`;
  await writeFile(unfinished, text, { mode: 0o600 });
  await chmod(unfinished, 0o600);
  await rename(unfinished, file);
  return secrets;
}

/** Keeps the passwords that there are, also of names that are no longer used, and makes the others. */
function withNew<Name extends string>(
  kept: Partial<Record<Name, string>> | undefined,
  names: readonly Name[],
): Record<Name, string> {
  return { ...kept, ...forEachName(names, (name) => kept?.[name] ?? randomBytes(24).toString('base64url')) };
}

/**
 * Reads the secrets in a file; undefined when there is no such file.
 * @throws Fault when the file is broken
 */
export async function readSecrets(file: string): Promise<KeptSecrets | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Fault(`${file} cannot be read (${error.code}): start as the user it belongs to`);
  });
  if (text === undefined) return undefined;
  const secrets = parse(text);
  const { jwtSecret, passwords, busPasswords = {} } = secrets ?? {};
  if (typeof jwtSecret !== 'string' || !holdsTexts(passwords) || !holdsTexts(busPasswords)) {
    throw new Fault(`${file} is broken: restore it, or delete it (tokens signed so far are then refused)`);
  }
  return { jwtSecret, passwords, busPasswords };
}

function holdsTexts(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string');
}

function parse(text: string): Partial<Record<keyof Secrets, unknown>> | undefined {
  try {
    return JSON.parse(text) as Partial<Record<keyof Secrets, unknown>>;
  } catch {
    return undefined;
  }
}
