import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, runTool } from './start/fault.ts';
import { ROOT } from './start/layout.ts';

/** An entry of package-lock.json. */
interface LockEntry {
  link?: boolean;
  optional?: boolean;
  integrity?: string;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

/**
 * Packages of other platforms that may lack a hash: the registry that made the lock does not have them. They are
 * nats-server, uWebSockets and a tool of the build for other systems, a package of vite for Windows, and one that Node never loads.
 */
const MAY_LACK_HASH =
  /^(?:@eplightning\/nats-server-|@uwsjs\/|@yuku-toolchain\/|pg-cloudflare$|napi-windows-process-start-time$)/;

/** Fails where npm would install a package on Linux without comparing a hash, or when another package lacks its own. */
await runTool(async () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>;
  };
  const unhashed = Object.entries(lock.packages).filter(
    ([path, { link, integrity }]) => path.includes('node_modules/') && !link && !integrity,
  );
  const needed = unhashed.filter(([path, entry]) => entry.optional !== true || isForLinux(path, entry));
  if (needed.length > 0)
    throw new Fault(`package-lock.json has no integrity for ${needed.map(([path]) => path).join(', ')}`);
  const others = unhashed.map(([path]) => nameOf(path)).filter((name) => !MAY_LACK_HASH.test(name));
  if (others.length > 0) throw new Fault(`package-lock.json has no integrity for ${others.join(', ')}`);
  process.stdout.write(
    `Every package for Linux on x64 has its hash; ${unhashed.length} of other platforms have none\n`,
  );
});

/** Returns the name of a package from its place in the lock. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Whether an entry is for Linux on x64 with glibc. The name of a package for musl ends with it. */
function isForLinux(path: string, { os, cpu, libc }: LockEntry): boolean {
  const fits = (list: string[] | undefined, value: string) => list === undefined || list.includes(value);
  return fits(os, 'linux') && fits(cpu, 'x64') && fits(libc, 'glibc') && !path.endsWith('-musl');
}
