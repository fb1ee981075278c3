import { spawnSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OutputOptions, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

/** Makes the package that is published, in `dist`: ES modules for browsers and Node, and their types in one file for each door. */

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..', '..');
const DIST = join(HERE, 'dist');
const DECLARATIONS = join(DIST, 'declarations');
const DOORS = ['index', 'react', 'node'];

const inputs = (folder: string, extension: string) =>
  Object.fromEntries(DOORS.map((door) => [door, join(folder, `${door}${extension}`)]));
const OUTPUT: OutputOptions = { dir: DIST, format: 'es', chunkFileNames: 'shared-[hash].js' };

async function buildModules(): Promise<void> {
  const bundle = await rolldown({
    input: inputs(join(HERE, 'src'), '.ts'),
    external: ['react', /^node:/],
    platform: 'neutral',
  });
  await bundle.write({ ...OUTPUT, minify: true, sourcemap: true });
  await bundle.close();
}

async function buildTypes(): Promise<void> {
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  const args = ['--project', join(HERE, 'tsconfig.build.json'), '--outDir', DECLARATIONS];
  const { status, stdout } = spawnSync(tsc, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tsc could not write declarations:\n${stdout}`);
  // One file names the contracts; their declarations lie beside its own here.
  const model = join(DECLARATIONS, 'libs', 'client', 'src', 'protocol', 'model.d.ts');
  const text = await readFile(model, 'utf8');
  await writeFile(model, text.replaceAll('@vestnik/contracts', '../../../contracts/src/index.js'));
  const bundle = await rolldown({
    input: inputs(join(DECLARATIONS, 'libs', 'client', 'src'), '.d.ts'),
    external: ['react', /(^|\/)zod(\/|$)/, /^node:/],
    plugins: [dts({ dtsOnly: true, generator: 'oxc' })],
  });
  await bundle.write(OUTPUT);
  await bundle.close();
  await rm(DECLARATIONS, { recursive: true });
}

/** The package of the repository, without what only the repository needs. */
async function writePackage(): Promise<void> {
  const { name, version, license, sideEffects, peerDependencies, peerDependenciesMeta, engines } = JSON.parse(
    await readFile(join(HERE, 'package.json'), 'utf8'),
  );
  const door = (file: string) => ({ types: `./${file}.d.ts`, default: `./${file}.js` });
  const published = {
    name,
    version,
    license,
    sideEffects,
    engines,
    peerDependencies,
    peerDependenciesMeta,
    description: 'The client library of the messenger Vestnik',
    type: 'module',
    exports: {
      '.': door('index'),
      './react': door('react'),
      './node': door('node'),
      './package.json': './package.json',
    },
    types: './index.d.ts',
  };
  await writeFile(join(DIST, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`);
  await writeFile(join(DIST, 'README.md'), await readFile(join(HERE, 'README.md'), 'utf8'));
}

await rm(DIST, { recursive: true, force: true });
await buildModules();
await buildTypes();
await writePackage();
