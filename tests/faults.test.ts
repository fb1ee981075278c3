import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { DATA_SERVICES } from '@vestnik/contracts';
import {
  createTestClient,
  type PlayedSystem,
  patience,
  playOn,
  type RestReply,
  readiness,
  type System,
  sendAndNote,
  startSystem,
  token,
  until,
} from '@vestnik/testing';

/** The longest that an answer may take, in milliseconds. */
const ANSWER_WITHIN_MS = 5_000;
/** How long the system may need to be as before once what was away is back, in milliseconds. */
const HEALED_WITHIN_MS = 15_000;
/** As the judge finds it when the promise was kept. */
const KEPT = { lost: 0, twice: 0, outOfOrder: 0, wrong: 0, faults: [] };

let system: System;
let played: PlayedSystem;
beforeAll(async () => {
  system = await startSystem({ instances: { gateway: 2, messages: 2 }, ownPostgres: true });
  played = await playOn(system, 6);
});
afterEach(async () => {
  await Promise.all([system.servers.nats.thaw(), system.servers.postgres?.thaw()]);
  await Promise.all([system.servers.nats.start(), system.servers.postgres?.start()]);
});
afterAll(() => system.stop());

/** One request with what came of it. */
interface Answer {
  what: string;
  code: string;
  retryAfter: string | null;
  tookMs: number;
}

const ROUTES: [method: string, path: string, body?: unknown][] = [
  ['GET', '/conversations'],
  ['POST', '/conversations', { participantId: 77, message: 'hello' }],
  ['POST', '/conversations', { type: 'group', name: 'x', participantIds: [2], message: 'hello' }],
  ['GET', '/conversations/1'],
  ['PATCH', '/conversations/1', { name: 'new name' }],
  ['POST', '/conversations/1/participants', { participantIds: [2] }],
  ['GET', '/conversations/1/messages'],
  ['POST', '/conversations/1/read', { upToSeq: 1 }],
  ['GET', '/unread-count'],
  ['GET', '/presence?user_ids=2'],
  ['GET', '/devices'],
  ['POST', '/devices', { provider: 'webhook', target: { url: 'http://127.0.0.1:9/nobody' } }],
  ['GET', '/notification-preferences'],
];
const EVENTS: [event: string, data: unknown][] = [
  ['read_messages', { conversationId: 1, upToSeq: 1 }],
  ['edit_message', { messageId: 999_999, content: 'edited' }],
  ['add_reaction', { messageId: 1, emoji: '👍' }],
  ['sync', { conversations: [{ id: 1, afterSeq: 0 }] }],
  ['watch_presence', { userIds: [2] }],
];

/** Asks for everything through both doors at once; every answer is waited for. */
async function askForEverything(): Promise<Answer[]> {
  const rest = await system.rest(1, 0);
  // The socket was opened before: one that is opened now need not become live.
  const socket = early;
  const timed = async (what: string, ask: () => Promise<{ code: string; retryAfter: string | null }>) => {
    const since = performance.now();
    return { what, ...(await ask()), tookMs: Math.round(performance.now() - since) };
  };
  const ofRest = ({ body, headers }: RestReply) => ({
    code: body.error?.code ?? 'ok',
    retryAfter: headers.get('retry-after'),
  });
  return Promise.all([
    ...ROUTES.map(([method, path, body]) =>
      timed(`${method} ${path}`, async () => ofRest(await rest(method, path, body))),
    ),
    ...EVENTS.map(([event, data]) =>
      timed(event, async () => ({ code: (await socket.call(event, data)).error?.code ?? 'ok', retryAfter: null })),
    ),
  ]);
}

let early: Awaited<ReturnType<typeof createTestClient>>;

interface Outage {
  what: string;
  takeAway(): Promise<void> | undefined;
  giveBack(): Promise<void> | undefined;
  /** Parts that readiness must call `down` and `ok`. */
  down: string[];
  ok: string[];
}
const databases = DATA_SERVICES.map((service) => `${service}.database`);
const outages: Outage[] = [
  {
    what: 'the bus is gone',
    takeAway: () => system.servers.nats.kill(),
    giveBack: () => system.servers.nats.start(),
    down: ['bus', ...DATA_SERVICES],
    ok: [],
  },
  {
    what: 'the bus does not answer',
    takeAway: () => system.servers.nats.freeze(),
    giveBack: () => system.servers.nats.thaw(),
    down: ['bus', ...DATA_SERVICES],
    ok: [],
  },
  {
    what: 'the database is gone',
    takeAway: () => system.servers.postgres?.kill(),
    giveBack: () => system.servers.postgres?.start(),
    down: databases,
    ok: ['bus', ...DATA_SERVICES],
  },
  {
    what: 'the database does not answer',
    takeAway: () => system.servers.postgres?.freeze(),
    giveBack: () => system.servers.postgres?.thaw(),
    down: databases,
    ok: ['bus', ...DATA_SERVICES],
  },
];

describe.each(outages)('while $what, with messages in flight', (outage) => {
  test('requests fail fast with `unavailable`, readiness names the part, and all heals without a restart', async () => {
    const before = system.processes.map(({ child }) => child.pid);
    early = await createTestClient(system.socketUrl(0), await token(1));
    const traffic = played.startTraffic(60);
    const count = played.ledger.acknowledged.length;
    await until('messages flow', () => played.ledger.acknowledged.length >= count + 20);
    await outage.takeAway();

    const [answers, sent, notReady] = await Promise.all([
      askForEverything(),
      sendOnce('through-rest'),
      until('readiness tells', async () => {
        const told = await readiness(system);
        return outage.down.every((part) => told.parts[part] === 'down') && told;
      }),
    ]);
    const ready = outage.ok.filter((part) => notReady.parts[part] !== 'ok');
    expect({ status: notReady.status, ready }).toEqual({ status: 503, ready: [] });
    for (const answer of [...answers, sent]) {
      expect(answer).toMatchObject({ code: 'unavailable', tookMs: expect.any(Number) });
      expect(answer.tookMs).toBeLessThan(patience(ANSWER_WITHIN_MS));
      if (answer.what.includes('/')) expect(Number(answer.retryAfter)).toBeGreaterThanOrEqual(1);
    }

    await outage.giveBack();
    const healedInMs = await played.healed(HEALED_WITHIN_MS);
    await traffic.stop();
    early.socket.terminate();
    await storedAfterAll(sent);
    console.log(`${outage.what}: healed in ${healedInMs} ms`);
    expect(await played.judge()).toMatchObject(KEPT);
    expect(Math.max(...played.clients.map(({ figures }) => figures.slowestReplyMs))).toBeLessThan(
      patience(ANSWER_WITHIN_MS),
    );
    expect(system.processes.map(({ child }) => (child.exitCode === null ? child.pid : undefined))).toEqual(before);
  });
});

/** A send whose fate is unknown. */
interface Sent {
  clientMessageId: string;
  content: string;
  startedAt: number;
}

let sends = 0;

/** A send through REST by user 1; what became of it is unknown. */
async function sendOnce(content: string): Promise<Answer & Sent> {
  sends += 1;
  const clientMessageId = `rest-${sends}`;
  const { id = 0 } = played.conversations[0] ?? {};
  const startedAt = performance.now();
  const reply = await (await system.rest(1, 1))('POST', `/conversations/${id}/messages`, { content, clientMessageId });
  return {
    what: 'POST /messages',
    code: reply.body.error?.code ?? 'ok',
    retryAfter: reply.headers.get('retry-after'),
    tookMs: Math.round(performance.now() - startedAt),
    clientMessageId,
    content,
    startedAt,
  };
}

/** Repeats such a send as a good client does, through the other door. */
async function storedAfterAll({ clientMessageId, content, startedAt }: Sent): Promise<void> {
  const [client] = played.clients;
  const { id: conversationId = 0 } = played.conversations[0] ?? {};
  if (client) await sendAndNote(played.ledger, client, { conversationId, clientMessageId, content }, startedAt);
}
