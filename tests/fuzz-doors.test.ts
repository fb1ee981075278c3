import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ClientEvent, createClientInput, preferencesInput } from '@vestnik/contracts';
import { type Frame, type RestReply, type System, startSystem, type TestClient } from '@vestnik/testing';
import fc from 'fast-check';
import type { RawData } from 'ws';
import { nearValid } from './near-valid.ts';

const input = createClientInput({
  contentLength: 10_000,
  attachments: 10,
  groupSize: 1_000,
  syncConversations: 1_000,
  watchedUsers: 1_000,
});
/** A device registration as JSON Schema; which target fits depends on the provider. */
const device = {
  toJSONSchema: () => ({
    type: 'object',
    required: ['provider', 'target'],
    properties: {
      provider: { enum: ['webhook', 'webpush', 'fcm', 'apns'] },
      target: {
        type: 'object',
        properties: {
          url: { anyOf: [{ const: 'https://push.example/ü?q=%00#x' }, { type: 'string' }] },
          token: { type: 'string' },
          topic: { type: 'string' },
        },
      },
      secret: { type: 'string' },
    },
  }),
};
/** Outcomes that no request may have, because they are faults of the server. */
const OURS = ['internal', 'unavailable'];
const [anna, boris] = [101, 102] as [number, number];

/** The client message ids that anna has used. */
const named = new Set<string>();

let system: System;
let call: (method: string, path: string, body?: unknown) => Promise<RestReply>;
let client: TestClient;
let conversationId = 0;
let messageIds: number[] = [];
let ids: number[] = [];

beforeAll(async () => {
  system = await startSystem({
    settings: { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_FRAMES_PER_SECOND: '0', LIMIT_REFUSED_TOKENS_PER_MINUTE: '0' },
  });
  call = await system.rest(anna);
  const group = { type: 'group', name: 'fuzz', participantIds: [boris, 103] };
  conversationId = (await call('POST', '/conversations', group)).data.conversation.id;
});
afterAll(() => system.stop());

beforeEach(async () => {
  client = await system.connect(anna);
  const sent = [];
  for (const content of ['one', 'two', 'three']) {
    sent.push((await client.ask('send_message', { conversationId, content })).message.id as number);
  }
  messageIds = sent;
  ids = [conversationId, ...messageIds, anna, boris, 103];
});

/** Everybody lives, is ready, and none has said that something of its own went wrong. */
async function expectUnharmed(): Promise<void> {
  expect((await fetch(`${system.restUrl()}/health/ready`)).status).toBe(200);
  for (const { service, child, output } of system.processes) {
    expect({ service, ended: child.exitCode ?? child.signalCode }).toEqual({ service, ended: null });
    expect(output().match(/.*"level":(50|60).{200}/)?.[0]).toBeUndefined();
  }
}

/** Checks that a message came back as it was sent. */
function expectUnchanged(sent: Record<string, unknown>, message: Record<string, unknown>): void {
  const name = sent['clientMessageId'];
  // A name that was used before stands for what was stored then.
  if (typeof name === 'string' && (named.has(name) || !named.add(name))) return;
  expect(message['content']).toEqual(sent['content'] ?? null);
  expect(message['sender_id']).toBe(anna);
  expect(message['client_message_id']).toEqual(sent['clientMessageId'] ?? null);
  const attachments = (sent['attachments'] ?? []) as Record<string, unknown>[];
  expect(message['attachments']).toEqual(
    // A JSON number has no negative zero to keep.
    attachments.map(({ url, name, mime_type, size }) => ({ url, name, mime_type, size: Number(size) + 0 })),
  );
}

describe('REST', () => {
  const bodies: [string, string, Parameters<typeof nearValid>[0]][] = [
    ['POST', '/conversations', input.rest.createDirect],
    ['POST', '/conversations', input.rest.createGroup],
    ['PATCH', '/conversations/:conversation', input.rest.rename],
    ['POST', '/conversations/:conversation/participants', input.rest.addParticipants],
    ['POST', '/conversations/:conversation/messages', input.rest.sendMessage],
    ['POST', '/conversations/:conversation/read', input.rest.readMessages],
    ['PATCH', '/messages/:message', input.rest.editMessage],
    ['PUT', '/notification-preferences', preferencesInput],
    ['POST', '/devices', device],
  ];

  test.each(bodies)(
    'whatever a body says, it is done as said or refused with a code: %s %s',
    async (method, path, schema) => {
      const target = path.replace(':conversation', String(conversationId)).replace(':message', String(messageIds[0]));
      await fc.assert(
        fc.asyncProperty(nearValid(schema, ids), async (body) => {
          const reply = await call(method, target, body);
          expect(reply.status).toBeLessThan(500);
          if (reply.status >= 400) {
            expect(reply.body.error.code).toMatch(/^(bad_request|invalid|too_large|forbidden|conflict)$/);
            return;
          }
          const sent = JSON.parse(body);
          if (path.endsWith('/messages') && reply.status === 201) expectUnchanged(sent, reply.data.message);
          if (path === '/messages/:message') expect(reply.data.message.content).toBe(sent.content);
          if (path === '/devices') expect(sent.target).toMatchObject(reply.data.device.target);
          if (sent.name !== undefined) expect(reply.data.conversation.name).toBe(sent.name);
        }),
        { numRuns: 60 },
      );
      await expectUnharmed();
    },
  );
});

/** Sends a frame whose data is a JSON text and waits for the reply. */
let frames = 0;
function rawCall(event: string, data: string): Promise<Frame> {
  const id = `fuzz-${(frames += 1)}`;
  return new Promise((resolve, reject) => {
    const take = (raw: RawData) => {
      const frame = JSON.parse(raw.toString()) as Frame;
      if (frame.id === id) done(() => resolve(frame));
    };
    const fail = (code: number) => done(() => reject(new Error(`closed with ${code}`)));
    const done = (settle: () => void) => {
      client.socket.off('message', take).off('close', fail);
      settle();
    };
    client.socket.on('message', take).on('close', fail);
    client.send(`{"id":"${id}","event":"${event}","data":${data}}`);
  });
}

describe('sockets', () => {
  const events = Object.keys(input.socket) as ClientEvent[];

  test.each(events)('whatever the data says, it is done as said or refused with a code: %s', async (event) => {
    await fc.assert(
      fc.asyncProperty(nearValid(input.socket[event], ids), async (data) => {
        fc.pre(Buffer.byteLength(data) < 65_000);
        const reply = await rawCall(event, data);
        if (!reply.ok) {
          expect(OURS).not.toContain(reply.error?.code);
          return;
        }
        const sent = JSON.parse(data);
        if (event === 'send_message') expectUnchanged(sent, reply.data.message);
        if (event === 'edit_message') expect(reply.data.message.content).toBe(sent.content);
      }),
      { numRuns: 60 },
    );
    await expectUnharmed();
  });
});
