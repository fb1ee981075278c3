import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type System, startDnsServer, startPushReceiver, startSystem } from '@vestnik/testing';
import { costsBetween, readCosts } from './costs.ts';
import { createInnocent, type Innocent } from './innocent.ts';
import { type Measured, overRounds } from './measured.ts';
import type { Attack } from './target.ts';

/** The measurements of an innocent user before and during an attack. */
export interface Outcome {
  attack: Attack;
  before: Measured;
  during: Measured;
  /** The processor time that the parts of the system used during the attack; empty where it is not known. */
  costs: string;
}

/** How a siege goes. */
export interface SiegeOptions {
  attacks: readonly Attack[];
  /** Seconds of each round of an attack; the innocent user is measured for half as long before it. */
  seconds: number;
  /** Rounds of each attack, each by other users. */
  rounds: number;
  onOutcome(outcome: Outcome): void;
  signal: AbortSignal;
}

/** The quotas that `npm start` has; a system for tests has none. The innocent user's webhook is on this machine. */
const SETTINGS = {
  LIMIT_USER_CONVERSATIONS: '5000',
  LIMIT_USER_CREATIONS_PER_HOUR: '200',
  LIMIT_USER_STRANGERS_PER_HOUR: '50',
  PUSH_ALLOW_PRIVATE_TARGETS: '1',
};
const FIRST_INNOCENT = 900_000;
const USERS_OF_AN_INNOCENT = 3;
const USERS_OF_A_ROUND = 2_000;
/** The name by which the innocent user's webhook is called. */
const WEBHOOK_HOST = 'hooks.innocent.test';

/** Starts a system of its own, makes each attack beside an innocent user, and stops the system. */
export async function runSiege(options: SiegeOptions): Promise<void> {
  const dns = await startDnsServer();
  dns.answer(WEBHOOK_HOST, { ipv4: ['127.0.0.1'], ipv6: [] });
  const receiver = await startPushReceiver();
  try {
    const settings = { ...SETTINGS, PUSH_DNS_SERVERS: dns.address };
    const system = await startSystem({ separateProcesses: true, ownPostgres: true, settings });
    try {
      for (const [index, attack] of options.attacks.entries()) {
        if (options.signal.aborted) return;
        const userId = FIRST_INNOCENT + index * USERS_OF_AN_INNOCENT;
        const innocent = await createInnocent(system, userId, receiver, WEBHOOK_HOST);
        const firstUser = (index * options.rounds + 1) * USERS_OF_A_ROUND;
        await makeAttack(system, attack, innocent, firstUser, options);
      }
    } finally {
      await system.stop();
    }
  } finally {
    await receiver.stop();
    await dns.stop();
  }
}

async function makeAttack(
  system: System,
  attack: Attack,
  innocent: Innocent,
  firstUser: number,
  { seconds, rounds, signal, onOutcome }: SiegeOptions,
): Promise<void> {
  // The first answers of a system that has just started are slow.
  await innocent.live(lasting(1, signal));
  const [before, during]: [Measured[], Measured[]] = [[], []];
  let costs = '';
  for (let round = 0; round < rounds && !signal.aborted; round += 1) {
    before.push(await innocent.live(lasting(seconds / 2, signal)));
    const costsBefore = readCosts(system);
    const firstOfRound = firstUser + round * USERS_OF_A_ROUND;
    during.push(await liveThrough(system, attack, innocent, firstOfRound, lasting(seconds, signal)));
    costs = costsBetween(costsBefore, readCosts(system));
  }
  if (!signal.aborted) onOutcome({ attack, before: overRounds(before), during: overRounds(during), costs });
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
): Promise<Measured> {
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
