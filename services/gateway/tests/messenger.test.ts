import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { restClient, type System, startSystem } from '@vestnik/testing';
import { readConfig } from '../src/config.ts';

let folder: string;
let system: System;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestnik-web-'));
  const settings = { DEMO: '1', WEB_FILES: folder, FRONTEND_URL: 'https://chat.example.org' };
  system = await startSystem({ settings });
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

const signIn = (body: unknown) =>
  fetch(`${system.restUrl()}/demo/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('a gateway without the built messenger says in one line how it is built', async () => {
  const response = await fetch(system.restUrl());
  expect(response.status).toBe(404);
  expect(((await response.json()) as { error: { message: string } }).error.message).toContain(
    'npm run build -w @vestnik/web',
  );
});

test('the messenger is served with a policy that allows this host and its socket port alone', async () => {
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Vestnik</title>');
  await writeFile(join(folder, 'assets', 'index-1.js'), 'export {};');
  const page = await fetch(system.restUrl());
  expect(await page.text()).toContain('<title>Vestnik</title>');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  const { host } = new URL(system.socketUrl());
  expect(page.headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
      `connect-src 'self' ws://${host} wss://${host}; base-uri 'none'; form-action 'self'; ` +
      'frame-ancestors https://chat.example.org',
  );
  const asset = await fetch(`${system.restUrl()}/assets/index-1.js`);
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect((await fetch(`${system.restUrl()}/assets/none.js`)).status).toBe(404);
  expect((await fetch(system.restUrl(), { method: 'POST' })).status).toBe(405);
});

test('the page learns the socket port, the origins that may embed it, and the demo people', async () => {
  const settings = await (await fetch(`${system.restUrl()}/web.json`)).json();
  expect(settings).toMatchObject({
    socket_port: Number(new URL(system.socketUrl()).port),
    origins: ['https://chat.example.org'],
  });
  const { demo_people: people } = settings as { demo_people: { id: number; company_id: number }[] };
  expect(people).toHaveLength(6);
  expect(new Set(people.map(({ company_id }) => company_id)).size).toBe(2);
});

test('a demo person signs in with one request, and is known by name and company', async () => {
  const { data } = (await (await signIn({ userId: 900_001 })).json()) as { data: { token: string } };
  const anna = restClient(system.restUrl(), data.token);
  expect((await anna('GET', '/unread-count')).status).toBe(200);
  const { people } = (await anna('GET', '/people?ids=900001')).data;
  expect(people).toMatchObject([{ id: 900_001, name: 'Анна Соколова', company_name: 'Северный порт' }]);
});

test.each([{}, { userId: 7 }, { userId: '900001' }])('nobody else signs in so: %j', async (body) => {
  expect((await signIn(body)).status).toBe(400);
});

test('without DEMO nobody signs in by it, and DEMO without the shared secret ends the start', async () => {
  const required = { NATS_URL: 'nats://bus' };
  expect(readConfig({ ...required, JWT_SECRET: 'x'.repeat(32) }).demo).toBe(false);
  const foreign = { ...required, DEMO: '1', JWKS_URL: 'https://keys.example.org/jwks' };
  expect(() => readConfig(foreign)).toThrow('DEMO needs JWT_SECRET');
});
