import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROOT } from '../start/layout.ts';
import { copyRepository, type RepositoryCopy } from './repository-copy.ts';

let document: string;
let copy: RepositoryCopy;
beforeAll(async () => {
  document = await readFile(join(ROOT, 'docs/adding.md'), 'utf8');
  copy = await copyRepository();
});
afterAll(() => copy.remove());

/** The diffs of a section of docs/adding.md, as one patch. */
function patchOf(section: string): string {
  const text = document.split(/^## /m).find((each) => each.startsWith(`${section}\n`)) ?? '';
  return [...text.matchAll(/^```diff\n([\s\S]*?)^```$/gm)].map(([, diff = '']) => diff).join('');
}

/** The suites that the examples have added so far. */
const added: string[] = [];

test.each([
  ['A new route', 2],
  ['A new event', 1],
])('%s: the diffs apply, and everything generated follows', async (section, suites) => {
  const patch = patchOf(section);
  await writeFile(join(copy.folder, 'example.patch'), patch);
  await copy.run('git', 'apply', 'example.patch');
  await copy.node('tools/generate.ts');
  const suitesOf = [...patch.matchAll(/^\+\+\+ b\/(.*\.test\.ts)$/gm)].map(([, file = '']) => file);
  expect(suitesOf).toHaveLength(suites);
  added.push(...suitesOf);
});

test('with all the examples the tests that they add pass, the documents of the API describe every route, and no older client breaks', async () => {
  await copy.node('tools/check-api.ts');
  const suites = new Set([...added, 'services/gateway/tests/documents.test.ts']);
  expect(await copy.jest(...suites)).toContain(`Test Suites: ${suites.size} passed, ${suites.size} total`);
});

test('with all the examples everything is in format and type-checks, and nothing generated is stale', async () => {
  const program = (name: string) => join(copy.folder, 'node_modules', '.bin', name);
  await copy.run(program('tsc'), '--noEmit');
  await copy.run(program('biome'), 'check', '--error-on-warnings');
  await copy.node('tools/generate.ts', '--check');
});
