import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type System, startSystem } from '@vestnik/testing';
import { createInnocent, type Experience, type Innocent } from './innocent.ts';
import type { Attack } from './target.ts';

/** The measurements of an innocent user before and during an attack. */
export interface Outcome {
  attack: Attack;
  before: Experience;
  during: Experience;
}

/** How a siege goes. */
export interface SiegeOptions {
  attacks: readonly Attack[];
  /** Seconds of each attack; the innocent user is measured for half as long before it. */
  seconds: number;
  onOutcome(outcome: Outcome): void;
  signal: AbortSignal;
}

/** The quotas that `npm start` has; a system for tests has none. */
const SETTINGS = {
  LIMIT_USER_CONVERSATIONS: '5000',
  LIMIT_USER_CREATIONS_PER_HOUR: '200',
  LIMIT_USER_STRANGERS_PER_HOUR: '50',
};
const FIRST_INNOCENT = 900_000;
const USERS_OF_AN_ATTACK = 10_000;

/** Starts a system of its own, makes each attack beside an innocent user, and stops the system. */
export async function runSiege({ attacks, seconds, onOutcome, signal }: SiegeOptions): Promise<void> {
  const system = await startSystem({ separateProcesses: true, ownPostgres: true, settings: SETTINGS });
  try {
    for (const [index, attack] of attacks.entries()) {
      if (signal.aborted) return;
      const innocent = await createInnocent(system, FIRST_INNOCENT + index * 2);
      // The first answers of a system that has just started are slow.
      await innocent.live(lasting(1, signal));
      const before = await innocent.live(lasting(seconds / 2, signal));
      const during = await liveThrough(
        system,
        attack,
        innocent,
        (index + 1) * USERS_OF_AN_ATTACK,
        lasting(seconds, signal),
      );
      if (!signal.aborted) onOutcome({ attack, before, during });
    }
  } finally {
    await system.stop();
  }
}

function lasting(seconds: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]);
}

async function liveThrough(
  system: System,
  { name }: Attack,
  innocent: Innocent,
  firstUser: number,
  signal: AbortSignal,
): Promise<Experience> {
  const target = { restUrl: system.restUrl(), socketUrl: system.socketUrl(), firstUser };
  const attacker = new Worker(new URL('./attacker.ts', import.meta.url), { workerData: { name, target } });
  const ended = once(attacker, 'exit');
  try {
    return await innocent.live(signal);
  } finally {
    attacker.postMessage('end', []);
    setTimeout(() => void attacker.terminate(), 2_000).unref();
    await ended;
  }
}
