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

/** Packages of other platforms that have no hash at most. The registry that made the lock does not have these packages. */
const MOST_WITHOUT_HASH = 90;

/** Fails where npm would install a package on Linux without comparing a hash, or when more packages lack theirs. */
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
  if (unhashed.length > MOST_WITHOUT_HASH) {
    throw new Fault(
      `package-lock.json has ${unhashed.length} packages without integrity, more than ${MOST_WITHOUT_HASH}`,
    );
  }
  process.stdout.write(
    `Every package for Linux on x64 has its hash; ${unhashed.length} of other platforms have none\n`,
  );
});

/** Whether an entry is for Linux on x64 with glibc. The name of a package for musl ends with it. */
function isForLinux(path: string, { os, cpu, libc }: LockEntry): boolean {
  const fits = (list: string[] | undefined, value: string) => list === undefined || list.includes(value);
  return fits(os, 'linux') && fits(cpu, 'x64') && fits(libc, 'glibc') && !path.endsWith('-musl');
}
