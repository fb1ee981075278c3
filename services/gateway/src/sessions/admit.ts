import type { Identity } from '@vestnik/auth';
import type { GatewayContext } from '../context.ts';
import { unauthorized } from '../doors/bearer-token.ts';
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
  #turn: Promise<void> | undefined;
  #opening: Opening | undefined;
  #isOver = false;

  constructor(identity: Identity, turn: Promise<Opening>, seats: Seats) {
    this.identity = identity;
    this.#seats = seats;
    this.#turn = turn.then((opening) => this.#begin(opening));
    // Who is not let in takes no seat, whether or not anybody still waits for the turn.
    this.#turn.catch(() => this.left());
  }

  /**
   * Waits for the turn to open.
   *
   * @throws VestnikError `unavailable` with `retryAfterSeconds` when it does not come in time.
   */
  turn(): Promise<void> {
    return this.#turn ?? Promise.resolve();
  }

  /** Delivery is live. */
  live(): void {
    this.#opening?.live();
    this.#opening = undefined;
    this.#turn = undefined;
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
    if (!this.#isOver) this.#seats.leave(this.identity.userId);
    this.#isOver = true;
  }

  #begin(opening: Opening): void {
    if (this.#isOver) opening.abandoned();
    else this.#opening = opening;
  }
}

/**
 * Finds out who opens a socket, at once wherever the token's key is known. An address with too many refused tokens waits,
 * whatever it shows now: else it could go on guessing. Who is `invited` passed the look at the queue before its handshake.
 * Who is let in still waits for the turn to open.
 *
 * @throws VestnikError `unauthorized` without a good token; `rate_limited` for a blocked address or one more socket than
 *   a user may have; `unavailable` when too many come at once. The latter two name `retryAfterSeconds`.
 */
export function admitSocket(
  { verify, rateLimits, admission, seats }: AdmitContext,
  address: string,
  token: string | undefined,
  invited = false,
): Entry | Promise<Entry> {
  const blocked = rateLimits.refusal(address);
  if (blocked) throw blocked;
  const letIn = (identity: Identity | undefined) => {
    if (!identity) {
      rateLimits.noteRefusedToken(address);
      throw unauthorized();
    }
    seats.take(identity.userId);
    return new Entry(identity, admission.enter(true), seats);
  };
  if (token === undefined) return letIn(undefined);
  const refusal = invited ? undefined : admission.refusal();
  if (refusal) throw refusal;
  const identity = verify(token);
  return identity instanceof Promise ? identity.then(letIn) : letIn(identity);
}
