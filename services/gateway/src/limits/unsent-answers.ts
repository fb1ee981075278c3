import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { VestnikError } from '@vestnik/contracts';
import type { CountRefusal } from './refusals.ts';

/**
 * The answers on the REST port that their clients have not read yet. They take memory, so each has a deadline, and those of
 * one user a sum.
 */
export interface UnsentAnswers {
  /** Returns why a user gets no further answer now; undefined while the user reads. */
  refusal(userId: number): VestnikError | undefined;
  /** Follows an answer of so many bytes until it has left or its connection has ended, and then calls `left`. */
  follow(userId: number, response: ServerResponse, bytes: number, left: () => void): void;
  stop(): void;
}

/** The bounds of unsent answers. */
export interface UnsentLimits {
  /** Seconds that an answer may take to leave. */
  answerSeconds: number;
  /** Bytes of one user that wait, on all connections together. */
  backlogBytesPerUser: number;
}

interface Answer {
  readonly connection: Socket;
  readonly since: number;
  /** The answer has left, or never will. */
  end(): void;
}

/** How often late answers are looked for, in milliseconds. */
const SWEEP_INTERVAL_MS = 1_000;

/** Creates the unsent answers of one gateway. */
export function createUnsentAnswers(limits: UnsentLimits, countRefusal: CountRefusal): UnsentAnswers {
  const answers = new Set<Answer>();
  const ofConnections = new WeakMap<Socket, Set<Answer>>();
  const bytesOf = new Map<number, number>();

  const sweeper = setInterval(() => {
    const latest = performance.now() - limits.answerSeconds * 1_000;
    // The set keeps the order of coming.
    for (const { connection, since } of answers) {
      if (since > latest) break;
      if (connection.destroyed) continue;
      countRefusal('slow_answer');
      connection.destroy();
    }
  }, SWEEP_INTERVAL_MS);

  function add(userId: number, bytes: number): void {
    const sum = (bytesOf.get(userId) ?? 0) + bytes;
    if (sum > 0) bytesOf.set(userId, sum);
    else bytesOf.delete(userId);
  }

  /** Returns the answers of a connection. Node tells no answer that waits behind another one that its connection has ended. */
  function answersOf(connection: Socket): Set<Answer> {
    const known = ofConnections.get(connection);
    if (known) return known;
    const own = new Set<Answer>();
    ofConnections.set(connection, own);
    connection.once('close', () => {
      for (const { end } of own) end();
    });
    return own;
  }

  return {
    refusal(userId) {
      if ((bytesOf.get(userId) ?? 0) <= limits.backlogBytesPerUser) return undefined;
      countRefusal('user_backlog');
      return new VestnikError('rate_limited', 'Read the answers to earlier requests first', { retryAfterSeconds: 1 });
    },
    follow(userId, response, bytes, left) {
      const { socket: connection } = response.req;
      if (response.closed || connection.destroyed) {
        left();
        return;
      }
      const own = answersOf(connection);
      const answer = {
        connection,
        since: performance.now(),
        end() {
          if (!answers.delete(answer)) return;
          own.delete(answer);
          add(userId, -bytes);
          left();
        },
      };
      answers.add(answer);
      own.add(answer);
      add(userId, bytes);
      response.once('close', answer.end);
    },
    stop: () => clearInterval(sweeper),
  };
}
