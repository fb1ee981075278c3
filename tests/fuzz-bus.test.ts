import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bus } from '@vestnik/bus';
import { type AnyEndpoint, isErrorCode, services } from '@vestnik/contracts';
import { connectTestBus, type System, startSystem } from '@vestnik/testing';
import fc from 'fast-check';
import { nearValid } from './near-valid.ts';

const endpoints = Object.values(services).flatMap((service) => Object.values<AnyEndpoint>(service.endpoints));
/** Users, conversations and messages alike: the first of each have these ids. */
const ids = [1, 2, 3, 4, 5];

let system: System;
let bus: Bus;
beforeAll(async () => {
  system = await startSystem();
  bus = await connectTestBus(system.servers.natsUrl);
  const call = await system.rest(1);
  for (const participantId of [2, 3, 4]) await call('POST', '/conversations', { participantId, message: 'hello' });
  await call('POST', '/conversations', { type: 'group', name: 'fuzz', participantIds: [2, 3], message: 'hello' });
});
afterAll(async () => {
  await bus.close();
  await system.stop();
});

/** The code of a refusal; undefined for a result. */
async function ask(subject: string, payload: string | Uint8Array): Promise<string | undefined> {
  const [, service] = subject.split('.');
  const reply = await bus.connection.request(subject, payload, {
    timeout: 4_000,
    noMux: true,
    reply: `_INBOX_ops.${service}.${randomUUID()}`,
  });
  if (!reply.headers?.has('Nats-Service-Error-Code')) return undefined;
  const body = reply.json<{ code?: string } | null>();
  expect(isErrorCode(body?.code)).toBe(true);
  return body?.code;
}

/** Every process lives, and none has said that something of its own went wrong. */
function expectUnharmed(): void {
  for (const { service, child, output } of system.processes) {
    expect({ service, ended: child.exitCode ?? child.signalCode }).toEqual({ service, ended: null });
    expect(output().match(/.*"level":(50|60).{200}/)?.[0]).toBeUndefined();
  }
}

test.each(endpoints.map((endpoint) => [endpoint.subject, endpoint] as const))(
  'whatever a request says, it is answered without `internal`: %s',
  async (subject, { input }) => {
    await fc.assert(
      fc.asyncProperty(nearValid(input, ids), async (payload) => {
        expect(['internal', 'unavailable']).not.toContain(await ask(subject, payload));
      }),
      { numRuns: 40 },
    );
    expectUnharmed();
  },
);

test('what is no JSON is refused as a bad request, and so is JSON that is no object', async () => {
  const payloads = ['', '{', 'null', '[]', '7', '"text"', new Uint8Array([0xff, 0xfe, 0x00])];
  for (const { subject } of endpoints) {
    for (const payload of payloads) expect(await ask(subject, payload)).toBe('bad_request');
  }
  expectUnharmed();
});
