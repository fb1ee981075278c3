import { access, constants } from 'node:fs/promises';
import { ServerError } from './errors.ts';

const SETPRIV_PLACES = ['/usr/bin/setpriv', '/bin/setpriv', '/usr/sbin/setpriv', '/sbin/setpriv'];

/** The `nobody` of every Unix: who runs Postgres when root starts it. */
export const NOBODY = 65534;

/** Whether this process is root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Where util-linux' setpriv is; null where the system has none (macOS, some minimal images). */
async function findSetpriv(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  for (const place of SETPRIV_PLACES) {
    const usable = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return place;
  }
  return null;
}

/**
 * Words to put before a command so that it gets a signal when the process that started it dies, even by SIGKILL.
 * Empty where the system cannot do that.
 */
export async function dieWithParent(signal: NodeJS.Signals): Promise<string[]> {
  const setpriv = await findSetpriv();
  return setpriv ? [setpriv, '--pdeathsig', signal.slice(3), '--'] : [];
}

/**
 * Words to put before a command of Postgres, which refuses to run as root: it then runs as `uid`, and keeps of root's
 * power only the right to reach its files, so that a clone below a home folder of mode 700 works too.
 * @throws ServerError when this is root and the system has no setpriv
 */
export async function asUnprivileged(
  uid: number,
  gid: number,
  signalOnParentDeath?: NodeJS.Signals,
): Promise<string[]> {
  if (!isRoot()) return signalOnParentDeath ? dieWithParent(signalOnParentDeath) : [];
  const setpriv = await findSetpriv();
  if (!setpriv) {
    throw new ServerError(
      'PostgreSQL refuses to run as root and setpriv (package util-linux) is not installed: install it, start as ' +
        'another user, or set DATABASE_URL',
    );
  }
  const capabilities = '+dac_override,+dac_read_search';
  return [
    setpriv,
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    `--inh-caps=${capabilities}`,
    `--ambient-caps=${capabilities}`,
    ...(signalOnParentDeath ? ['--pdeathsig', signalOnParentDeath.slice(3)] : []),
    '--',
  ];
}
