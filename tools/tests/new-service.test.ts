import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '@vestnik/servers';
import { copyRepository, linkWorkspace, type RepositoryCopy } from './repository-copy.ts';

const NAME = 'company-files';

let copy: RepositoryCopy;
let system: ChildProcess | undefined;
beforeAll(async () => {
  copy = await copyRepository();
  await copy.node('tools/new-service.ts', NAME);
  await linkWorkspace(copy.folder, `services/${NAME}`);
});
afterAll(async () => {
  if (system?.exitCode === null) {
    system.kill('SIGTERM');
    await once(system, 'exit');
  }
  await copy.remove();
});

test('everything type-checks with the new service, and nothing generated is stale', async () => {
  const program = (name: string) => join(copy.folder, 'node_modules', '.bin', name);
  await copy.run(program('tsc'), '--noEmit');
  await copy.run(program('biome'), 'check', '--error-on-warnings');
  await copy.node('tools/generate.ts', '--check');
});

test('the new service passes its own tests, and those that hold for every service', async () => {
  const output = await copy.jest(
    `services/${NAME}`,
    'tools/tests/start-settings.test.ts',
    'libs/bus/tests/doors.test.ts',
  );
  expect(output).toMatch(/Test Suites: 3 passed, 3 total/);
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

test.each(['messages', 'Company', 'a b', '-x', 'ops'])('"%s" is no name for a new service', async (name) => {
  await expect(copy.node('tools/new-service.ts', name)).rejects.toThrow(/vestnik: /);
});
