import { type PushReceiver, patience, type System, type TestClient } from '@vestnik/testing';
import { type Measured, percentile } from './measured.ts';
import { startPulse } from './pulse.ts';
import { repeat } from './target.ts';

/** A user who attacks nobody: 5 sends and 5 lists a second, to a friend with a webhook. */
export interface Innocent {
  /** Sends and lists until the signal comes, and resolves with what came of it. */
  live(signal: AbortSignal): Promise<Measured>;
}

const PER_SECOND = 5;
/** An answer, or a push, that takes longer than this counts as refused, in milliseconds. A test run is more patient. */
const PATIENCE_MS = patience(5_000);

/** Brings the innocent user and a friend into the system. The friend has no socket, and gets pushes at `host`. */
export async function createInnocent(
  system: System,
  userId: number,
  { received, url }: PushReceiver,
  host: string,
): Promise<Innocent> {
  const rest = await system.rest(userId);
  const friend = await system.rest(userId + 1);
  const device = new URL(url(`/${userId}`));
  device.hostname = host;
  await friend('POST', '/devices', { provider: 'webhook', target: { url: device.href } });
  const { id } = (await rest('POST', '/conversations', { participantId: userId + 1 })).data.conversation;
  const socket: TestClient = await system.connect(userId);
  const pulsing = await system.connect(userId + 2);

  async function live(signal: AbortSignal): Promise<Measured> {
    const times: number[] = [];
    const asked: Promise<void>[] = [];
    const sentAt = new Map<number, number>();
    let refused = 0;
    const ask = (act: () => Promise<boolean>) => {
      const since = performance.now();
      const done = act()
        .catch(() => false)
        .then((isWell) => {
          const ms = performance.now() - since;
          if (isWell && ms < PATIENCE_MS) times.push(ms);
          else refused += 1;
        });
      asked.push(done);
    };
    const send = async (turn: number) => {
      const since = performance.now();
      const reply = await socket.call('send_message', { conversationId: id, content: `hello ${turn}` });
      if (reply.ok) sentAt.set(reply.data.message.id, since);
      return reply.ok === true;
    };
    const list = async () => (await rest('GET', '/conversations')).status === 200;
    const before = received.length;
    const pulse = startPulse(pulsing);
    await Promise.all([
      repeat(signal, PER_SECOND, (turn) => ask(() => send(turn))),
      repeat(signal, PER_SECOND, () => ask(list)),
    ]);
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    await Promise.race([Promise.all(asked), late]);
    const freezeMs = pulse.stop();
    const pushTimes = await timesOfPushes(() => received.slice(before), sentAt, late);
    const unanswered = asked.length - times.length - refused;
    return {
      answered: times.length,
      refused: refused + unanswered + sentAt.size - pushTimes.length,
      p99Ms: percentile(times, 0.99),
      pushMs: percentile(pushTimes, 0.99),
      freezeMs,
    };
  }

  return { live };
}

/** Waits until every message has been pushed, or it is late. Returns how long each push took. */
async function timesOfPushes(
  pushes: () => PushReceiver['received'],
  sentAt: ReadonlyMap<number, number>,
  late: Promise<unknown>,
): Promise<number[]> {
  let isLate = false;
  void late.then(() => {
    isLate = true;
  });
  const find = () =>
    pushes().flatMap(({ messageId, at }) => {
      const since = sentAt.get(messageId);
      return since === undefined ? [] : [at - since];
    });
  while (!isLate && find().length < sentAt.size) await new Promise((resolve) => setTimeout(resolve, 20));
  return find();
}
