import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './start/layout.ts';

/** Formats the repository and orders its imports, or only the files that the arguments name. */
const files = process.argv.slice(2);
const biome = join(ROOT, 'node_modules', '.bin', 'biome');
const { status } = spawnSync(biome, ['check', '--write', ...files], { cwd: ROOT, stdio: 'inherit' });
process.exitCode = status ?? 1;
