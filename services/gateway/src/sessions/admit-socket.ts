import type { Identity } from '@vestnik/auth';
import type { Context } from '../context.ts';
import type { AdmissionSlot } from '../limits/admission.ts';
import type { SocketLimit } from '../limits/socket-limit.ts';
import { unauthorized } from '../upstream/unauthorized.ts';

/** What admitting needs. */
export type AdmitContext = Pick<Context, 'verify' | 'rateLimits' | 'admission' | 'socketLimit'>;

/**
 * Somebody who was let in: who it is, and what the gateway keeps for them until they leave. A class, because it stays for
 * as long as the socket, and each closure of an object would take memory for every one.
 */
export class Entry {
  readonly identity: Identity;
  readonly #socketLimit: SocketLimit;
  #turn: Promise<void> | undefined;
  #slot: AdmissionSlot | undefined;
  #isOver = false;

  constructor(identity: Identity, turn: Promise<AdmissionSlot>, socketLimit: SocketLimit) {
    this.identity = identity;
    this.#socketLimit = socketLimit;
    this.#turn = turn.then((slot) => this.#begin(slot));
    // A session that is not admitted gives its place in the socket limit back, whether or not the door waits for it.
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
    this.#slot?.live();
    this.#slot = undefined;
    this.#turn = undefined;
  }

  /** Delivery could not begin. */
  failed(): void {
    this.#slot?.failed();
    this.#slot = undefined;
  }

  /** The connection has gone, whatever had become of it; to be called for every entry. */
  left(): void {
    this.#slot?.abandoned();
    this.#slot = undefined;
    if (!this.#isOver) this.#socketLimit.release(this.identity.userId);
    this.#isOver = true;
  }

  #begin(slot: AdmissionSlot): void {
    if (this.#isOver) slot.abandoned();
    else this.#slot = slot;
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
  { verify, rateLimits, admission, socketLimit }: AdmitContext,
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
    socketLimit.take(identity.userId);
    return new Entry(identity, admission.enter(true), socketLimit);
  };
  if (token === undefined) return letIn(undefined);
  const refusal = invited ? undefined : admission.refusal();
  if (refusal) throw refusal;
  const identity = verify(token);
  return identity instanceof Promise ? identity.then(letIn) : letIn(identity);
}
