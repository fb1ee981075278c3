import type { PushProvider } from '@vestnik/contracts';
import type { PushBody } from '../domain/push-body.ts';

/** One push, ready to leave. */
export interface Push {
  /** The same on every attempt, so that a receiver can tell a repetition. */
  id: string;
  target: Record<string, unknown>;
  secret: string | null;
  body: PushBody;
}

/**
 * How an attempt ended:
 *   sent         the other side has it
 *   failed       it may work later
 *   refused      it will never work; not tried again
 *   gone         the target says that it is no more; the device is dropped
 *   interrupted  `signal` ended it before the other side answered
 */
export type Outcome =
  | { kind: 'sent' }
  | { kind: 'gone' }
  | { kind: 'interrupted' }
  | { kind: 'failed' | 'refused'; reason: string };

/** A way to push to one kind of device. */
export interface Provider {
  /** Makes one attempt; never throws, and ends within 10 s. */
  send(push: Push, signal: AbortSignal): Promise<Outcome>;
  /** Lets go of connections. */
  close(): Promise<void>;
}

/** The providers that there are; pushes to devices of any other kind are skipped. */
export type Providers = Partial<Record<PushProvider, Provider>>;
