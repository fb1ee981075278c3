import type { Identity } from '@vestnik/auth';
import { VestnikError } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { AdmissionSlot } from '../limits/admission.ts';
import type { SocketLimit } from '../limits/socket-limit.ts';
import { unauthorized } from '../limits/unauthorized.ts';
import type { Bindings } from '../upstream/bindings.ts';

/** What admitting needs. */
export type AdmitContext = Pick<Context, 'verifyOpening' | 'refusedTokens' | 'admission' | 'socketLimit'> & {
  bindings: Pick<Bindings, 'binding'>;
};

/**
 * A socket that was admitted: its user, and what the gateway holds for it until it closes. A class, because it stays for as
 * long as the socket, and each closure of an object would take memory for every one.
 */
export class AdmittedSocket {
  readonly identity: Identity;
  readonly #socketLimit: SocketLimit;
  #granted: Promise<void> | undefined;
  #slot: AdmissionSlot | undefined;
  #isOver = false;

  constructor(identity: Identity, granted: Promise<AdmissionSlot>, socketLimit: SocketLimit) {
    this.identity = identity;
    this.#socketLimit = socketLimit;
    this.#granted = granted.then((slot) => this.#begin(slot));
    // A session that is not admitted gives its place in the socket limit back, whether or not the door waits for it.
    this.#granted.catch(() => this.left());
  }

  /**
   * Waits until the user is bound to the company of the token, and for the admission slot of this socket.
   *
   * @throws VestnikError `unavailable` with `retryAfterSeconds` when no slot is free in time; `unauthorized` when the user was
   *   bound to another company at the same moment.
   */
  slotGranted(): Promise<void> {
    return this.#granted ?? Promise.resolve();
  }

  /** Delivery is live. */
  live(): void {
    this.#slot?.live();
    this.#slot = undefined;
    this.#granted = undefined;
  }

  /** Delivery could not begin. */
  failed(): void {
    this.#slot?.failed();
    this.#slot = undefined;
  }

  /** The socket has closed, at whatever stage. To be called for every admitted socket. */
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
 * Admits a socket by its token, at once wherever the token's key is known. The admission queue was checked before the
 * handshake of an `invited` socket. An admitted socket still waits for its admission slot. A client that went away while
 * the keys were read (`hasGone`) takes no place, not even until its next step: the same user may open another socket then.
 *
 * @throws VestnikError `unauthorized` without a good token; `rate_limited` for one more refused token of an address that
 *   has too many, and beyond the socket limit of a user; `unavailable` when too many sockets open at once, or the keys of
 *   tokens cannot be read. The latter two name `retryAfterSeconds`.
 */
export function admitSocket(
  { verifyOpening, bindings, refusedTokens, admission, socketLimit }: AdmitContext,
  address: string,
  token: string | undefined,
  { invited = false, hasGone = () => false }: { invited?: boolean; hasGone?: () => boolean } = {},
): AdmittedSocket | Promise<AdmittedSocket> {
  if (token === undefined) throw unauthorized();
  const refuseWhereFull = () => {
    const refusal = invited ? undefined : admission.refusal();
    if (refusal) throw refusal;
  };
  // The queue may have become full while the user was bound.
  const enterIf = (isOwn: boolean) => {
    if (!isOwn) throw unauthorized();
    return admission.enter();
  };
  const admit = (identity: Identity | undefined) => {
    if (!identity) throw refusedTokens.refuse(address);
    if (hasGone()) throw new VestnikError('unavailable', 'The client has gone');
    socketLimit.take(identity.userId);
    const binding = bindings.binding(identity);
    const granted = binding ? binding.then((isOwn) => enterIf(isOwn)) : admission.enter(true);
    return new AdmittedSocket(identity, granted, socketLimit);
  };
  refuseWhereFull();
  const identity = verifyOpening(token);
  if (!(identity instanceof Promise)) return admit(identity);
  return identity.then((verified) => {
    // The queue may have become full while the gateway waited for the verdict.
    if (verified) refuseWhereFull();
    return admit(verified);
  });
}
