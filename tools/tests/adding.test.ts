import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '@vestnik/servers';
import { ROOT } from '../start/layout.ts';
import { copyRepository, linkWorkspace, type RepositoryCopy } from './repository-copy.ts';

/** The service that is added. */
const NAME = 'company-files';

let document: string;
let copy: RepositoryCopy;
let system: ChildProcess | undefined;
beforeAll(async () => {
  document = await readFile(join(ROOT, 'docs/adding.md'), 'utf8');
  copy = await copyRepository();
});
afterAll(async () => {
  if (system?.exitCode === null) {
    system.kill('SIGTERM');
    await once(system, 'exit');
  }
  await copy.remove();
});

test.each(['messages', 'Company', 'a b', '-x', 'ops'])('"%s" is no name for a new service', async (name) => {
  await expect(copy.node('tools/new-service.ts', name)).rejects.toThrow(/vestnik: /);
});

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

test('with all the examples and a new service everything is in format and type-checks, nothing generated is stale, and no older client breaks', async () => {
  await copy.node('tools/new-service.ts', NAME);
  await linkWorkspace(copy.folder, `services/${NAME}`);
  const program = (name: string) => join(copy.folder, 'node_modules', '.bin', name);
  await copy.run(program('tsc'), '--noEmit');
  await copy.run(program('biome'), 'check', '--error-on-warnings');
  await copy.node('tools/generate.ts', '--check');
  await copy.node('tools/check-api.ts');
});

test('the tests that the examples add pass, those of the new service, and those that hold for every service and route', async () => {
  const suites = new Set([
    ...added,
    `services/${NAME}/`,
    'services/gateway/tests/documents.test.ts',
    'tools/tests/start-settings.test.ts',
    'libs/bus/tests/doors.test.ts',
  ]);
  expect(await copy.jest(...suites)).toContain(`Test Suites: ${suites.size} passed, ${suites.size} total`);
});

test('npm start starts the new service, and the gateway finds it healthy', async () => {
  const ports = { PORT: await freePort(), WS_PORT: await freePort(), OPS_PORT: await freePort() };
  const env = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
  system = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'tools/start.ts'], {
    cwd: copy.folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [system.stdout, system.stderr]) stream?.on('data', (part: Buffer) => (output += part));
  while (!output.includes('Vestnik runs')) {
    if (system.exitCode !== null) throw new Error(output);
    await delay(50);
  }
  expect(output).toContain(`${NAME}-1 …`);
  const response = await fetch(`http://127.0.0.1:${ports.PORT}/health/ready`);
  expect(await response.json()).toMatchObject({
    ready: true,
    parts: { [NAME]: 'ok', [`${NAME}.database`]: 'ok' },
  });
});
