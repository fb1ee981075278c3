import type { PushProvider } from '@vestnik/contracts';
import type { PushBody } from '../domain/push-body.ts';

/** One push that is ready to be sent. */
export interface Push {
  /** The same on every attempt, so that a receiver recognises a repetition. */
  id: string;
  target: Record<string, unknown>;
  secret: string | null;
  body: PushBody;
}

/**
 * The outcome of an attempt.
 *
 * - `sent`: the target has the push.
 * - `failed`: a later attempt may work. `retryAfterSeconds`: the target asked for this wait.
 * - `refused`: no attempt will ever work; the push is given up.
 * - `gone`: the target answered that it exists no more; the device is dropped.
 * - `interrupted`: `signal` ended the attempt before the target answered.
 */
export type Outcome =
  | { kind: 'sent' }
  | { kind: 'gone' }
  | { kind: 'interrupted' }
  | { kind: 'failed'; reason: string; retryAfterSeconds?: number }
  | { kind: 'refused'; reason: string };

/** A way to push to one kind of device. */
export interface Provider {
  /** Makes one attempt; never throws, and ends within 10 s. */
  send(push: Push, signal: AbortSignal): Promise<Outcome>;
  /** Closes the connections to targets. */
  close(): Promise<void>;
}

/** The configured providers; pushes to devices of any other kind are skipped. */
export type Providers = Partial<Record<PushProvider, Provider>>;
