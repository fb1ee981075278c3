import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where distributions put the browser. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Flags of a browser that runs in a container and asks nothing of the network by itself. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Returns the path of Chromium: `CHROMIUM`, or the one of the system. Where there is none, root on Debian or Ubuntu installs it.
 * Undefined where it is missing and cannot be installed here.
 * @throws Error in CI, where a missing browser would let tests pass unseen
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const found = [env['CHROMIUM'] ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const options = { stdio: 'ignore', env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
    spawnSync('apt-get', ['update', '-q'], options);
    spawnSync('apt-get', ['install', '-y', '-q', 'chromium'], options);
    const installed = PLACES.find((path) => existsSync(path));
    if (installed) return installed;
  }
  const missing = 'Chromium is missing: install the package chromium, or set CHROMIUM to its path';
  if (env['CI']) throw new Error(missing);
  process.stderr.write(`${missing}. The tests in a browser are skipped.\n`);
  return undefined;
}
