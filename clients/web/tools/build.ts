import { existsSync, globSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { hashOf } from './hash-of.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const WEB = join(ROOT, 'clients', 'web');
const DIST = join(WEB, 'dist');
/** Names the sources that the files in `dist` were built from. */
const STAMP = join(DIST, 'built-from.txt');
/** The sources of the built page. */
const SOURCES = [
  'clients/web/{index.html,vite.config.ts,package.json}',
  'clients/web/{src,tools}/**/*',
  'libs/client/{package.json,src/**/*}',
  'package-lock.json',
];

/** Builds the page into `dist`, unless it was built from the same sources. Two builds at once end with one of both results. */
const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).toSorted();
const wanted = await hashOf(ROOT, files);
const built = await readFile(STAMP, 'utf8').catch(() => '');
if (built !== wanted || !existsSync(join(DIST, 'index.html'))) {
  const fresh = `${DIST}.${process.pid}`;
  const old = `${fresh}.old`;
  try {
    // Vite takes the kind of build from here. A caller with another value would get React with its checks, half as large again.
    process.env['NODE_ENV'] = 'production';
    await build({ root: WEB, logLevel: 'warn', build: { outDir: fresh, emptyOutDir: true } });
    await writeFile(join(fresh, 'built-from.txt'), wanted);
    await rename(DIST, old).catch(() => undefined);
    await rename(fresh, DIST);
  } finally {
    for (const folder of [fresh, old]) await rm(folder, { recursive: true, force: true });
  }
}
