import type { Identity } from '@vestnik/auth';
import { VestnikError } from '@vestnik/contracts';
import type { GatewayContext } from '../context.ts';
import type { Opening } from '../limits/admission.ts';
import type { Seats } from '../limits/seats.ts';

/** What admitting needs. */
export type AdmitContext = Pick<GatewayContext, 'verify' | 'rateLimits' | 'admission' | 'seats'>;

/**
 * Somebody who was let in: who it is, and what the gateway keeps for them until they leave. A class, because it stays for
 * as long as the socket, and each closure of an object would take memory for every one.
 */
export class Entry {
  readonly identity: Identity;
  readonly #seats: Seats;
  #opening: Opening | undefined;
  #isSeated = true;

  constructor(identity: Identity, opening: Opening, seats: Seats) {
    this.identity = identity;
    this.#opening = opening;
    this.#seats = seats;
  }

  /** Delivery is live. */
  live(): void {
    this.#opening?.live();
    this.#opening = undefined;
  }

  /** Delivery could not begin. */
  failed(): void {
    this.#opening?.failed();
    this.#opening = undefined;
  }

  /** The connection has gone, whatever had become of it; to be called for every entry. */
  left(): void {
    this.#opening?.abandoned();
    this.#opening = undefined;
    if (this.#isSeated) this.#seats.leave(this.identity.userId);
    this.#isSeated = false;
  }
}

/** Refused tokens are counted over a minute; a blocked address that comes back after it is surely free again. */
const BLOCKED_RETRY_AFTER_SECONDS = 60;

/**
 * Finds out who opens a socket, when its turn has come: checking a token is part of what an opening costs. An address
 * with too many refused tokens waits, whatever it shows now: else it could go on guessing. Who is `invited` passed the look
 * at the queue before its handshake.
 *
 * @throws VestnikError `unauthorized` without a good token; `rate_limited` for a blocked address or one more socket than
 *   a user may have; `unavailable` when too many come at once. The latter two name `retryAfterSeconds`.
 */
export async function admitSocket(
  { verify, rateLimits, admission, seats }: AdmitContext,
  address: string,
  token: string | undefined,
  invited = false,
): Promise<Entry> {
  if (await rateLimits.isBlocked(address)) {
    throw new VestnikError('rate_limited', 'Too many refused tokens', {
      retryAfterSeconds: BLOCKED_RETRY_AFTER_SECONDS,
    });
  }
  const refuse = async () => {
    await rateLimits.noteRefusedToken(address);
    return new VestnikError('unauthorized', 'The token is refused');
  };
  if (token === undefined) throw await refuse();
  const opening = await admission.enter(invited);
  try {
    const identity = await verify(token);
    if (!identity) throw await refuse();
    seats.take(identity.userId);
    return new Entry(identity, opening, seats);
  } catch (error) {
    opening.abandoned();
    throw error;
  }
}

/** The token of an `Authorization: Bearer` header; undefined when it carries none. */
export function bearerToken(authorization: string): string | undefined {
  return /^bearer /i.test(authorization) ? authorization.slice('bearer '.length).trim() : undefined;
}
