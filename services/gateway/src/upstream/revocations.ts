import { setTimeout as delay } from 'node:timers/promises';
import type { Identity, Verifier } from '@vestnik/auth';
import { type Bus, openStream, readStream, type StoredEvent } from '@vestnik/bus';
import { REVOCATION_STORED, readRevocation, type Stream, streams, VestnikError } from '@vestnik/contracts';
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
  /** Returns the sequence number in the operators' stream up to which its revocations are applied. */
  appliedUpTo(): number;
}

/** The streams of revocations: those of operators, and those that admins of companies ask for. */
const STREAMS: readonly Stream[] = [streams.revocations, streams.revokedPeople];
/** Wait before reading the stream again when it does not answer, in milliseconds. */
const RETRY_MS = 200;

/**
 * Follows revocations: first all that the streams keep, then each when the server tells that a stream has stored one. A
 * revocation is read from its stream alone, since services may have the server write to any other subject. A message that is
 * no revocation is logged and counted, and changes nothing.
 *
 * @throws VestnikError `unavailable` when the stream cannot be read. A gateway without the revocations opens no port.
 */
export async function followRevocations(bus: Bus, logger: Logger, metrics: Metrics): Promise<Revocations> {
  const users = new Map<number, number>();
  const tokens = new Set<string>();
  const watchers: (() => void)[] = [];
  const refused = metrics.counter('revocations_refused_total', 'Messages that are no revocation');
  metrics.gauge('revocations', 'Users and tokens that are revoked', () => users.size + tokens.size);

  /** The newest revocation of each stream that is applied. */
  const applied = new Map<Stream, number>(STREAMS.map((stream) => [stream, 0]));
  /** The reading under way, and whether a stream has stored more since it began. */
  let reading: Promise<void> | undefined;
  let isBehind = false;

  function take(stream: Stream, { subject, data, time, seq }: StoredEvent): void {
    applied.set(stream, seq);
    try {
      const revocation = readRevocation(subject, data, time);
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

  async function read(): Promise<void> {
    for (const stream of STREAMS) {
      const upTo = applied.get(stream) ?? 0;
      const last = await readStream(bus, stream, upTo + 1, (event) => take(stream, event));
      // The stream was made anew, from its first sequence number.
      if (last < upTo) await readStream(bus, stream, 1, (event) => take(stream, event));
    }
    for (const watch of watchers) watch();
  }

  async function readOn(): Promise<void> {
    while (isBehind && !bus.connection.isClosed() && bus.isConnected()) {
      isBehind = false;
      try {
        await read();
      } catch (error) {
        isBehind = true;
        logger.warn({ err: error }, 'revocations cannot be read yet');
        await delay(RETRY_MS);
      }
    }
    reading = undefined;
  }

  function catchUp(): void {
    isBehind = true;
    reading ??= readOn();
  }

  bus.subscribe(REVOCATION_STORED, catchUp);
  // The subscription tells of revocations that are stored while the stream is read.
  await bus.flush();
  for (const stream of STREAMS) await openStream(bus, stream);
  await read();
  bus.onEventsMissed(catchUp);

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
    appliedUpTo: () => applied.get(streams.revocations) ?? 0,
  };
}
