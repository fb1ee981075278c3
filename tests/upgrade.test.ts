import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Message } from '@vestnik/contracts';
import {
  type PushReceiver,
  patientRest,
  type System,
  startPushReceiver,
  startSystem,
  type TestServers,
  token,
  until,
} from '@vestnik/testing';
import pg from 'pg';

/** The answers of the gateway of the first release about its data. */
interface Answers {
  histories: Record<string, { user: number; messages: Message[] }>;
  users: Record<string, { conversations: object[]; unreadCount: number; devices: object[]; preferences: object }>;
  statuses: { user_id: number; is_online: boolean; last_seen: string | null }[];
  /** Pushes that waited for their devices. */
  pushes: { path: string; messageId: number }[];
  /** The message whose event was never published. */
  leftBehind: { conversationId: number; clientMessageId: string };
}

/** Where the devices of the fixture point to. */
const DEVICE_HOST = '127.0.0.1:4199';

/** Starting the system and everything that it does by itself afterwards, on a slow and busy machine. */
const PATIENCE_MS = 240_000;

let receiver: PushReceiver;
let system: System;
let answers: Answers;

beforeAll(async () => {
  receiver = await startPushReceiver();
  answers = JSON.parse(await fixture('answers.json')) as Answers;
  system = await startSystem({ beforeMigrations: restore, settings: { PRESENCE_GRACE_SECONDS: '1' } });
});

afterAll(async () => {
  await system?.stop();
  await receiver?.stop();
});

test(
  "data of the first release answers as it did, after today's migrations",
  async () => {
    for (const [conversationId, { user, messages }] of Object.entries(answers.histories)) {
      const history = await patientRest(system.restUrl(), await token(user)).history(Number(conversationId));
      expect(history).toHaveLength(messages.length);
      expect(history).toMatchObject(messages);
    }
    for (const [user, recorded] of Object.entries(answers.users)) {
      const call = await system.rest(Number(user));
      const today = {
        conversations: (await call('GET', '/conversations?limit=100')).data.conversations,
        unreadCount: (await call('GET', '/unread-count')).data.unread_count,
        devices: (await call('GET', '/devices')).data.devices,
        preferences: (await call('GET', '/notification-preferences')).data.preferences,
      };
      expect({ user, ...today }).toMatchObject({ user, ...recorded });
    }
  },
  PATIENCE_MS,
);

test(
  'users whose gateway ended with the first release go offline, and everybody else was last seen when they were',
  async () => {
    const call = await system.rest(1);
    const userIds = answers.statuses.map(({ user_id }) => user_id);
    const statuses = await until(
      'everybody is offline',
      async () => {
        const { data } = await call('GET', `/presence?user_ids=${userIds.join(',')}`);
        const now = data.statuses as Answers['statuses'];
        return now.every(({ is_online }) => !is_online) && now;
      },
      PATIENCE_MS,
    );
    for (const recorded of answers.statuses) {
      const status = statuses.find(({ user_id }) => user_id === recorded.user_id);
      if (recorded.is_online) expect(status?.last_seen).toMatch(/Z$/);
      else expect(status).toMatchObject(recorded);
    }
  },
  PATIENCE_MS,
);

test(
  'pushes that waited arrive once, also of the message whose event was never published',
  async () => {
    const { conversationId, clientMessageId } = answers.leftBehind;
    const unpublished = answers.histories[conversationId]?.messages.find(
      ({ client_message_id }) => client_message_id === clientMessageId,
    );
    const paths = [...new Set(answers.pushes.map(({ path }) => path))];
    const expected = [
      ...answers.pushes.map(({ path, messageId }) => ({ path, messageId })),
      ...paths.map((path) => ({ path, messageId: unpublished?.id })),
    ];
    await until('every push has arrived', () => receiver.received.length >= expected.length, PATIENCE_MS);
    const arrived = receiver.received.map(({ path, messageId }) => ({ path, messageId }));
    expect(arrived).toHaveLength(expected.length);
    expect(arrived).toEqual(expect.arrayContaining(expected));
  },
  PATIENCE_MS,
);

test(
  'the system goes on where the first release ended',
  async () => {
    const { conversationId, clientMessageId } = answers.leftBehind;
    const sender = answers.histories[conversationId]?.user ?? 0;
    const head = answers.histories[conversationId]?.messages.at(-1);
    const call = await system.rest(sender);
    const path = `/conversations/${conversationId}/messages`;
    const repeated = await call('POST', path, { clientMessageId, content: 'left behind' });
    expect(repeated).toMatchObject({ status: 200, data: { message: { id: head?.id } } });
    const next = await call('POST', path, { clientMessageId: 'after the upgrade', content: 'next' });
    expect(next).toMatchObject({ status: 201, data: { message: { seq: (head?.seq ?? 0) + 1 } } });
    const newest = Math.max(...Object.keys(answers.histories).map(Number));
    const created = await call('POST', '/conversations', { type: 'group', name: 'After', participantIds: [7] });
    expect(created.status).toBe(201);
    expect(created.data.conversation.id).toBeGreaterThan(newest);
  },
  PATIENCE_MS,
);

/** The services of the first release that kept data. */
const SERVICES_THEN = ['conversations', 'messages', 'presence', 'notifications'] as const;

/** Restores every schema as the service that owns it. */
async function restore({ databaseUrls }: TestServers): Promise<void> {
  for (const service of SERVICES_THEN) {
    const client = new pg.Client({ connectionString: databaseUrls[service] });
    await client.connect();
    try {
      await client.query(await fixture(`${service}.sql`));
    } finally {
      await client.end();
    }
  }
}

/** The text of a file of the fixture, with devices that point to this test. */
async function fixture(name: string): Promise<string> {
  const packed = await readFile(new URL(`fixtures/first-release/${name}.gz`, import.meta.url));
  const text = (await promisify(gunzip)(packed)).toString('utf8');
  return text.replaceAll(DEVICE_HOST, new URL(receiver.url('')).host);
}
