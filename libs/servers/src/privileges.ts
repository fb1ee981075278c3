import { access, constants, readFile } from 'node:fs/promises';
import { ServerError } from './errors.ts';

const SETPRIV_PLACES = ['/usr/bin/setpriv', '/bin/setpriv', '/usr/sbin/setpriv', '/sbin/setpriv'];

/** The user `nobody` of every Unix, which runs Postgres when root starts it. */
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
 * Returns the words to put before a command so that it gets a signal when its parent dies, even by SIGKILL. There are none
 * where the system cannot do that.
 */
export async function dieWithParent(signal: NodeJS.Signals): Promise<string[]> {
  const setpriv = await findSetpriv();
  return setpriv ? [setpriv, '--pdeathsig', signal.slice(3), '--'] : [];
}

/** Bits of Linux capabilities: CAP_DAC_OVERRIDE reaches any file, CAP_SETPCAP may hand it on (capabilities(7)). */
const NEEDED_CAPABILITIES = (1n << 1n) | (1n << 8n);

/** Whether this root may let another user reach its files; one in a tightly closed container may not. */
async function mayPassFileRights(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return (effective & NEEDED_CAPABILITIES) === NEEDED_CAPABILITIES;
}

/**
 * Returns the words to put before a command of Postgres, which refuses to run as root. The command then runs as `uid`. Of
 * root's power it keeps only the right to reach its files, so that a clone below a home folder of mode 700 works too.
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
  return [
    setpriv,
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    ...((await mayPassFileRights())
      ? // Without the last, access(2), which Postgres asks about its own programs, would answer as for the user `nobody`.
        ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup']
      : []),
    ...(signalOnParentDeath ? ['--pdeathsig', signalOnParentDeath.slice(3)] : []),
    '--',
  ];
}
