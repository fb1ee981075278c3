import { setTimeout as delay } from 'node:timers/promises';
import type { Identity, Verifier } from '@vestnik/auth';
import { type Bus, openStream, readStream } from '@vestnik/bus';
import { REVOCATION_SUBJECTS, readRevocation, streams, VestnikError } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';

/** The parts of a token by which it may be revoked. */
type TokenMarks = Pick<Identity, 'userId' | 'issuedAt' | 'fingerprints'>;

/** The tokens that are no longer good before they run out. */
export interface Revocations {
  isRevoked(token: TokenMarks): boolean;
  /** Returns a verifier that refuses revoked tokens too. */
  guard(verify: Verifier): Verifier;
  /** Calls `handle` after each revocation. */
  onRevoked(handle: () => void): void;
}

/** Wait before reading the stream again when it does not answer, in milliseconds. */
const RETRY_MS = 200;

/**
 * Follows revocations: first all that the stream keeps, then each as it is published. After a loss of the bus it reads the
 * whole stream again. A message that is no revocation is logged and counted, and changes nothing.
 *
 * @throws VestnikError `unavailable` when the stream cannot be read. A gateway without the revocations opens no port.
 */
export async function followRevocations(bus: Bus, logger: Logger, metrics: Metrics): Promise<Revocations> {
  const users = new Map<number, number>();
  const tokens = new Set<string>();
  const watchers: (() => void)[] = [];
  const refused = metrics.counter('revocations_refused_total', 'Messages that are no revocation');
  metrics.gauge('revocations', 'Users and tokens that are revoked', () => users.size + tokens.size);

  function take(payload: Uint8Array, subject: string): void {
    try {
      const revocation = readRevocation(subject, payload);
      if ('userId' in revocation) {
        const { userId, before } = revocation;
        users.set(userId, Math.max(before, users.get(userId) ?? 0));
      } else {
        tokens.add(revocation.fingerprint);
      }
    } catch (error) {
      if (!(error instanceof VestnikError)) throw error;
      refused.inc();
      logger.warn({ code: error.code, kind: subject.split('.')[3] }, 'revocation refused');
    }
  }

  function notify(): void {
    for (const watch of watchers) watch();
  }

  async function catchUp(): Promise<void> {
    while (!bus.connection.isClosed() && bus.isConnected()) {
      try {
        await readStream(bus, streams.revocations, take);
        notify();
        return;
      } catch (error) {
        logger.warn({ err: error }, 'revocations cannot be read yet');
        await delay(RETRY_MS);
      }
    }
  }

  bus.subscribe(REVOCATION_SUBJECTS, (payload, subject) => {
    take(payload, subject);
    notify();
  });
  // The subscription brings revocations that are published while the stream is read.
  await bus.flush();
  await openStream(bus, streams.revocations);
  await readStream(bus, streams.revocations, take);
  // After each further loss of the bus, `catchUp` runs again.
  bus.onEventsMissed(() => void catchUp());

  function isRevoked({ userId, issuedAt, fingerprints }: TokenMarks): boolean {
    const before = users.get(userId);
    if (before !== undefined && issuedAt * 1_000 < before) return true;
    return tokens.size > 0 && fingerprints.some((fingerprint) => tokens.has(fingerprint));
  }

  function unlessRevoked(identity: Identity | undefined): Identity | undefined {
    return identity && !isRevoked(identity) ? identity : undefined;
  }

  return {
    isRevoked,
    guard: (verify) => (token) => {
      const identity = verify(token);
      return identity instanceof Promise ? identity.then(unlessRevoked) : unlessRevoked(identity);
    },
    onRevoked: (handle) => void watchers.push(handle),
  };
}
