import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';

const WEB = fileURLToPath(new URL('../', import.meta.url));
/** Bytes of script and styles that a first visit fetches at most, gzipped. */
const BUDGET = 150_000;

test('a first visit fetches at most 150 kB of script and styles, and no inline script or style', async () => {
  const flags = ['--disable-warning=ExperimentalWarning', 'tools/build.ts'];
  await promisify(execFile)(process.execPath, flags, { cwd: WEB, env: { ...process.env, NODE_OPTIONS: '' } });
  const files = globSync('dist/assets/*.{js,css}', { cwd: WEB });
  expect(files.length).toBeGreaterThanOrEqual(2);
  const bytes = files.map((file) => gzipSync(readFileSync(`${WEB}${file}`)).length);
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(BUDGET);
  expect(readFileSync(`${WEB}dist/index.html`, 'utf8')).not.toMatch(/<script(?![^>]*src=)|<style|style="|\son\w+="/);
});
