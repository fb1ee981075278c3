import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Returns a hash of the names and contents of files below a folder. Folders among the names count for nothing. */
export async function hashOf(folder: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    const path = join(folder, file);
    if (!(await stat(path)).isFile()) continue;
    hash.update(file).update('\0');
    hash.update(await readFile(path)).update('\0');
  }
  return hash.digest('hex');
}
