import type { System, TestClient } from '@vestnik/testing';
import { repeat } from './target.ts';

/** The measurements of the innocent user within some time. */
export interface Experience {
  /** Sends and lists that the system answered well. */
  answered: number;
  refused: number;
  /** Without an answer for longer than `FROZEN_MS`. */
  frozen: number;
  /** 99th percentile and longest of the times to answer, in milliseconds. */
  p99Ms: number;
  longestMs: number;
}

/** A user who attacks nobody: 5 sends and 5 lists a second. */
export interface Innocent {
  /** Sends and lists until the signal comes, and resolves with what came of it. */
  live(signal: AbortSignal): Promise<Experience>;
}

const PER_SECOND = 5;
/** An answer that takes longer than this counts as none. */
const FROZEN_MS = 5_000;

/** Brings the innocent user and a friend into the system. */
export async function createInnocent(system: System, userId: number): Promise<Innocent> {
  const rest = await system.rest(userId);
  const { id } = (await rest('POST', '/conversations', { participantId: userId + 1 })).data.conversation;
  const socket: TestClient = await system.connect(userId);

  async function live(signal: AbortSignal): Promise<Experience> {
    const times: number[] = [];
    const asked: Promise<void>[] = [];
    let refused = 0;
    const ask = (act: () => Promise<boolean>) => {
      const since = performance.now();
      const done = act()
        .catch(() => false)
        .then((isWell) => {
          if (isWell) times.push(performance.now() - since);
          else refused += 1;
        });
      asked.push(done);
    };
    await Promise.all([
      repeat(signal, PER_SECOND, (turn) =>
        ask(
          async () => (await socket.call('send_message', { conversationId: id, content: `hello ${turn}` })).ok === true,
        ),
      ),
      repeat(signal, PER_SECOND, () => ask(async () => (await rest('GET', '/conversations')).status === 200)),
    ]);
    await Promise.race([Promise.all(asked), new Promise((resolve) => setTimeout(resolve, FROZEN_MS))]);
    times.sort((a, b) => a - b);
    const late = times.filter((ms) => ms > FROZEN_MS).length;
    return {
      answered: times.length,
      refused,
      frozen: late + asked.length - times.length - refused,
      p99Ms: times[Math.max(0, Math.ceil(times.length * 0.99) - 1)] ?? 0,
      longestMs: times.at(-1) ?? 0,
    };
  }

  return { live };
}
