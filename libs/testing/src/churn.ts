import { setTimeout as delay } from 'node:timers/promises';
import { type Ledger, sendAndNote } from './ledger.ts';
import type { ReconnectingClient } from './reconnecting-client.ts';
import type { System } from './system.ts';
import { until } from './until.ts';

/** Membership that goes on changing: a guest is added and removed, again and again. */
export interface Churn {
  /** Changes that were acknowledged. */
  count(): number;
  /** Messages that were sent while the guest was out, by `client_message_id`: no socket of the guest may get them live. */
  readonly withheld: ReadonlySet<string>;
  /** Rejects as soon as a change fails, and resolves with the stop. */
  readonly ended: Promise<void>;
  /** Stops when the guest is out by a removal that was acknowledged. */
  stop(): Promise<void>;
}

/** Where the guest comes and goes. */
export interface ChurnOptions {
  system: System;
  ledger: Ledger;
  conversationId: number;
  /** Owns the conversation, makes the changes through REST and writes while the guest is out. */
  owner: ReconnectingClient;
  guestId: number;
  /** Gives up at once when aborted, whatever the guest is then. */
  signal?: AbortSignal;
  /** Called when a removal was acknowledged and a message was sent since. */
  onceOut?(): Promise<void>;
}

/** Between two changes, in milliseconds: changes without a pause would take the processors from everything else. */
const PAUSE_MS = 40;
/** How long one change is tried, in milliseconds. */
const CHANGED_WITHIN_MS = 60_000;

/** Begins with the guest out. Changes are asked of the last gateway first, and of the others while it does not answer. */
export function startChurn(options: ChurnOptions): Churn {
  const { system, ledger, conversationId, owner, guestId } = options;
  const path = `/conversations/${conversationId}/participants`;
  const name = Math.random().toString(36).slice(2, 8);
  const withheld = new Set<string>();
  let isIn = false;
  let stopping = false;
  let changes = 0;

  /** The status of the answer: 200, or 404 when an earlier attempt removed the guest and its answer was lost. */
  async function askOnce(gateway: number): Promise<number | undefined> {
    try {
      const call = await system.rest(owner.userId, gateway);
      const reply = isIn
        ? await call('DELETE', `${path}/${guestId}`)
        : await call('POST', path, { participantIds: [guestId] });
      return reply.status === 200 || (isIn && reply.status === 404) ? reply.status : undefined;
    } catch {
      // This gateway is gone; another is asked.
      return undefined;
    }
  }

  const change = () =>
    until(
      'the change is made',
      async () => {
        options.signal?.throwIfAborted();
        for (let gateway = system.processesOf('gateway').length - 1; gateway >= 0; gateway -= 1) {
          const status = await askOnce(gateway);
          if (status !== undefined) return status;
        }
        return false;
      },
      CHANGED_WITHIN_MS,
    );

  async function run(): Promise<void> {
    for (let status = 0; !(stopping && !isIn && status === 200); ) {
      await delay(PAUSE_MS);
      status = await change();
      isIn = !isIn;
      changes += 1;
      // A user whose removal was not acknowledged is out within seconds, not at once.
      if (isIn || status !== 200) continue;
      const clientMessageId = `${name}-${changes}`;
      withheld.add(clientMessageId);
      await sendAndNote(ledger, owner, { conversationId, clientMessageId, content: 'not for the guest' });
      await options.onceOut?.();
    }
  }

  const running = run();
  running.catch(() => undefined);
  return {
    count: () => changes,
    withheld,
    ended: running,
    async stop() {
      stopping = true;
      await running;
    },
  };
}
