import { execFile, execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../start/layout.ts';

/** A copy of the repository as it is on disk, in which a test may change files. */
export interface RepositoryCopy {
  folder: string;
  /** Runs a program in the copy and returns what it wrote; throws with its output when its code is not 0. */
  run(program: string, ...args: string[]): Promise<string>;
  /** Runs a TypeScript file of the copy. */
  node(file: string, ...args: string[]): Promise<string>;
  /** Runs Jest on suites of the copy. */
  jest(...paths: string[]): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Copies what git tracks or would track. Foreign packages are linked to those of the repository; the packages of the
 * repository itself are linked to the copy.
 */
export async function copyRepository(): Promise<RepositoryCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'vestnik-copy-'));
  await chmod(folder, 0o755);
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).split('\0');
  for (const file of new Set(files)) {
    if (file === '' || !existsSync(join(ROOT, file))) continue;
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await copyFile(join(ROOT, file), join(folder, file));
  }
  await linkPackages(folder);
  // A build of the same sources is not made again.
  const built = join('clients', 'web', 'dist');
  if (existsSync(join(ROOT, built))) await cp(join(ROOT, built), join(folder, built), { recursive: true });

  const environment = { ...process.env, NODE_OPTIONS: '', JEST_WORKER_ID: undefined };
  const run: RepositoryCopy['run'] = async (program, ...args) => {
    const options = { cwd: folder, env: environment, maxBuffer: 64 * 1024 * 1024 };
    const { stdout, stderr } = await promisify(execFile)(program, args, options).catch((error) => {
      throw new Error(`${program} ${args.join(' ')} failed:\n${error.stdout}\n${error.stderr}`);
    });
    return stdout + stderr;
  };
  const node: RepositoryCopy['node'] = (file, ...args) =>
    run(process.execPath, '--disable-warning=ExperimentalWarning', file, ...args);
  return {
    folder,
    run,
    node,
    jest: (...paths) => node('tools/test.ts', ...paths),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function linkPackages(folder: string): Promise<void> {
  for (const packages of ['node_modules', ...globSync('{libs,services,clients}/*/node_modules', { cwd: ROOT })]) {
    await mkdir(join(folder, packages), { recursive: true });
    for (const name of await readdir(join(ROOT, packages))) {
      if (name !== '@vestnik') await symlink(join(ROOT, packages, name), join(folder, packages, name));
    }
  }
  await mkdir(join(folder, 'node_modules', '@vestnik'));
  for (const manifest of globSync('{libs,services,clients}/*/package.json', { cwd: ROOT })) {
    const place = dirname(manifest);
    await linkWorkspace(folder, place);
  }
}

/** Links a workspace of the copy, as `npm ci` would. */
export async function linkWorkspace(folder: string, place: string): Promise<void> {
  const link = join(folder, 'node_modules', '@vestnik', place.split('/').at(-1) ?? '');
  await symlink(relative(dirname(link), join(folder, place)), link);
}
