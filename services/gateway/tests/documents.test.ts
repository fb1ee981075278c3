import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClientEvents, createOperations, type Operation, serverEvents } from '@vestnik/api-documents';
import { signToken } from '@vestnik/auth';
import { restClient, SECRET, type System, startSystem, token } from '@vestnik/testing';
import { readConfig } from '../src/config.ts';
import { routes } from '../src/doors/rest/routes.ts';

const { limits } = readConfig({ NATS_URL: 'nats://bus', JWT_SECRET: 'x'.repeat(32) });
const operations = createOperations(limits);

/** Only a user, or a company, that has been invited may answer an invitation. */
const NEED_AN_INVITATION = new Set(['acceptConversation', 'declineConversation', 'acceptContract']);

let system: System;
beforeAll(async () => {
  system = await startSystem({
    settings: { FRONTEND_URL: 'https://chat.example.org', PUSH_ALLOW_PRIVATE_TARGETS: '1' },
  });
});
afterAll(() => system.stop());

/** Puts the ids of one conversation into the path of an operation. */
function pathOf({ path, query = {} }: Operation, ids: Record<string, string | number>): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name) => encodeURIComponent(String(ids[name] ?? 1)));
  const given = Object.entries(query).filter(([, { example }]) => example !== undefined);
  const parameters = new URLSearchParams(
    Object.fromEntries(given.map(([name, { example }]) => [name, String(example)])),
  );
  return given.length === 0 ? filled : `${filled}?${parameters.toString()}`;
}

describe('the documents', () => {
  test('describe every route that the gateway has, and no other', () => {
    const named = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
    expect(operations.map(named).toSorted()).toEqual(routes.map(named).toSorted());
  });

  test('are served with the limits of this gateway, and the sockets with its port', async () => {
    const openApi = (await (await fetch(`${system.restUrl()}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(openApi.paths)).toHaveLength(new Set(operations.map(({ path }) => path)).size);
    const asyncApi = (await (await fetch(`${system.restUrl()}/asyncapi.json`)).json()) as {
      servers: { socket: { host: string } };
    };
    expect(asyncApi.servers.socket.host).toBe(new URL(system.socketUrl()).host);
  });

  test('are shown by a page that loads from this host alone and runs no inline script', async () => {
    const page = await fetch(`${system.restUrl()}/docs`);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain(`connect-src 'self' ws://${new URL(system.socketUrl()).host}`);
    expect(policy).toContain('frame-ancestors https://chat.example.org');
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*src=)|<style|style="|\son\w+="/);
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, file]) => file);
    expect(files).toHaveLength(4);
    for (const file of files) expect((await fetch(`${system.restUrl()}${file}`)).status).toBe(200);
    expect((await fetch(`${system.restUrl()}/docs`, { method: 'POST' })).status).toBe(405);
  });

  test('have examples that the system accepts, with answers as described', async () => {
    const claims = { id: 7, companyId: 1, companyRole: 'admin' };
    const rest = restClient(system.restUrl(), signToken(SECRET, claims, 3_600));
    for (const known of [await token(20, 2), await token(9)]) {
      await restClient(system.restUrl(), known)('GET', '/unread-count');
    }
    const { data } = await rest('POST', '/conversations', { type: 'group', name: 'a group', participantIds: [8, 9] });
    const conversationId = data.conversation.id as number;
    const sent = await rest('POST', `/conversations/${conversationId}/messages`, { content: 'first' });
    const messageId = sent.data.message.id as number;
    const device = await rest('POST', '/devices', { provider: 'fcm', target: { token: 'of-anna' } });
    const ids = {
      conversationId,
      messageId,
      emoji: '👍',
      userId: 9,
      companyId: 2,
      deviceId: device.data.device.id as number,
    };
    // Other examples need the things that an example removes.
    const possible = operations.filter(({ name }) => !NEED_AN_INVITATION.has(name));
    const inOrder = possible.toSorted((one, other) => removes(one) - removes(other));
    for (const operation of inOrder) {
      const { method, path, body, answers } = operation;
      const reply = await rest(method, pathOf(operation, ids), body?.example);
      const described = answers[reply.status as 200 | 201];
      const outcome = `${method} ${path}: ${reply.status} ${JSON.stringify(reply.body.error ?? null)}`;
      expect([outcome, Object.keys(answers)]).toEqual([outcome, expect.arrayContaining([String(reply.status)])]);
      expect([outcome, described?.data.safeParse(reply.data).error]).toEqual([outcome, undefined]);
    }
  });

  test('have frames that the system accepts, with replies and events as described', async () => {
    const anna = await system.connect(17);
    const boris = await system.connect(18);
    const rest = await system.rest(17);
    const { data } = await rest('POST', '/conversations', { type: 'group', name: 'b group', participantIds: [18] });
    const conversationId = data.conversation.id as number;
    const { message } = await anna.ask('send_message', { conversationId, content: 'first' });
    const clientEvents = Object.entries(createClientEvents(limits));
    for (const [event, { example, reply }] of clientEvents.toSorted(([one]) => (one === 'delete_message' ? 1 : -1))) {
      const filled = { ...example } as Record<string, unknown>;
      if ('conversationId' in filled) filled['conversationId'] = conversationId;
      if ('messageId' in filled) filled['messageId'] = message.id;
      if ('conversations' in filled) filled['conversations'] = [{ id: conversationId, afterSeq: 0 }];
      if ('token' in filled) filled['token'] = await token(17);
      const answer = await anna.call(event, filled);
      expect([event, answer.ok, answer.error, reply.safeParse(answer.data).error]).toEqual([
        event,
        true,
        undefined,
        undefined,
      ]);
    }
    await boris.next('message_deleted');
    for (const { event, data: told } of [...anna.frames, ...boris.frames]) {
      if (event === undefined) continue;
      const described = serverEvents[event as keyof typeof serverEvents];
      expect([event, described?.data.safeParse(told).error]).toEqual([event, undefined]);
    }
  });
});

function removes({ method, path, name }: Operation): number {
  // Nobody is left in a group that was closed.
  if (name === 'closeConversation') return 2;
  return method === 'DELETE' && !path.endsWith(':emoji') ? 1 : 0;
}
