import { setTimeout as delay } from 'node:timers/promises';
import { inTurn, type System, startChurn, until, type Verdict } from '@vestnik/testing';
import type { ChatLog } from '../demo/chat-log.ts';
import { compareAccounts } from './compare-accounts.ts';
import { happen, type Targets } from './faults.ts';
import { type PartnerCounts, startPartners } from './partners.ts';
import { inWords, planRounds, type Round } from './plan.ts';
import { startReplay } from './replay.ts';
import { GUEST, type Scene, setScene, type Undo } from './scene.ts';

/** How one run of chaos goes. */
export interface ChaosPlan {
  log: ChatLog;
  seed: number;
  /** How long faults go on. */
  seconds: number;
  /** Rounds of faults at most. */
  rounds: number;
  clients: number;
  /** Lines per second. */
  rate: number;
  /** Whether the bus is a cluster of three nats-servers. */
  natsCluster: boolean;
  /** Ends the run, without a report. */
  signal: AbortSignal;
  /** Told what happens, a line at a time. */
  say(line: string): void;
}

/** One round of faults that happened. */
export interface PastRound extends Pick<Round, 'faults'> {
  /** Milliseconds from its end until every client had a message of every client; undefined when that was not awaited. */
  healedMs: number | undefined;
}

/** The findings of one run. */
export interface ChaosReport {
  rounds: PastRound[];
  verdict: Verdict;
  pushes: { wanted: number; pushed: number; repeated: number; underTwoIds: number };
  /** Changes of membership that were acknowledged. */
  changes: number;
  /** Messages that a client got live though its user had been removed from the conversation. */
  receivedAfterRemoval: number;
  /** Two companies that agree, block and sever; `crossed` counts messages that passed when nothing may. */
  partners: PartnerCounts & { crossed: number };
  /** Users who look offline while they are connected, or online when they have gone. */
  wrongStatuses: number;
  /** Clients whose account, kept by a cursor, is not that of a fresh client, each in one line. */
  wrongAccounts: string[];
  /** Processes that ended by themselves, and faults after which the system did not come back, each in one line. */
  broken: string[];
  /** Longest time for which each user got nothing new, in milliseconds. */
  silences: ReadonlyMap<number, number>;
  /** Messages that came live before `sync` brought them, over all clients. */
  live: number;
  slowestReplyMs: number;
  seconds: number;
}

/** How long the system may take to be well after a round, in milliseconds; the figures say how long it took. */
const HEALED_WITHIN_MS = 30_000;
/** How long pushes may take in the end, in milliseconds: what a killed instance had in hand is left to it for 30 s. */
const PUSHED_WITHIN_MS = 60_000;
/** How long a status may take to be true, in milliseconds. */
const STATUS_WITHIN_MS = 15_000;

/** True when everything that is promised to be zero is zero. */
export function isKept(report: ChaosReport): boolean {
  const { verdict, pushes, receivedAfterRemoval, partners, wrongStatuses, wrongAccounts, broken } = report;
  const { lost, twice, outOfOrder, wrong } = verdict;
  const missing = pushes.wanted - pushes.pushed;
  return (
    lost +
      twice +
      outOfOrder +
      wrong +
      missing +
      pushes.underTwoIds +
      receivedAfterRemoval +
      partners.crossed +
      wrongStatuses +
      wrongAccounts.length +
      broken.length ===
    0
  );
}

/**
 * Plays a log on a system of its own while faults come, and judges from outside whether the promise was kept. Returns
 * undefined when it was aborted. In any case it ends everything that it started.
 */
export async function runChaos(plan: ChaosPlan): Promise<ChaosReport | undefined> {
  const undo: Undo = [];
  try {
    const scene = await setScene(plan, undo);
    // A process that the abort ends is not started again.
    plan.signal.addEventListener('abort', () => void scene.keeper.stop());
    return plan.signal.aborted ? undefined : await play(plan, scene);
  } catch (error) {
    // Ctrl-C in a terminal ends the services too: a failure after that is no fault.
    if (plan.signal.aborted) return undefined;
    throw error;
  } finally {
    for (const end of undo.toReversed()) await end();
  }
}

async function play(plan: ChaosPlan, scene: Scene): Promise<ChaosReport> {
  const { system, played, keeper, receiver, silence } = scene;
  const { signal } = plan;
  const { ledger, clients } = played;
  const [owner] = clients;
  const groupOfAll = played.conversations[0]?.id;
  if (!owner || groupOfAll === undefined) throw new Error('there are no clients');
  const since = performance.now();
  const replay = startReplay(system, played, plan);
  const churn = startChurn({ system, ledger, conversationId: scene.changing, owner, guestId: GUEST, signal });
  const partners = await startPartners(system, scene.listen, signal);
  silence.begin(clients.map(({ userId }) => userId));

  const { postgres, natsServers } = system.servers;
  if (!postgres) throw new Error('The database is not to be taken away');
  const targets = {
    keeper,
    servers: { bus: inTurn(natsServers), database: postgres },
    links: scene.links,
    clients,
    replay,
    signal,
  };
  const { rounds, broken } = await bringChaos(plan, scene, targets, since);
  silence.end();
  plan.say('No more faults: clients repeat unanswered requests and catch up');
  const note = (error: Error) => void broken.push(error.message);
  await unlessAborted(Promise.all([churn, replay, partners].map((each) => each.stop().catch(note))), signal);
  await unlessAborted(played.healed(HEALED_WITHIN_MS).catch(note), signal);
  const seconds = (performance.now() - since) / 1_000;
  const closed = await (await system.rest(GUEST))('GET', `/conversations/${scene.changing}/messages`);
  if (closed.status !== 403) broken.push(`a removed user is answered ${closed.status}, not 403`);
  const verdict = await unlessAborted(played.judge(), signal);

  const wanted = ledger.acknowledged.filter(({ conversationId }) => conversationId === groupOfAll);
  const ids = () => Map.groupBy(receiver.received, ({ messageId }) => messageId);
  const isPushed = () => signal.aborted || wanted.every(({ message }) => ids().has(message.id));
  await until('everything is pushed', isPushed, PUSHED_WITHIN_MS).catch(note);
  const pushed = [...ids().values()];
  const wrongAccounts = await unlessAborted(compareAccounts(system, clients), signal);
  const wrongStatuses = await unlessAborted(countWrongStatuses(system, scene), signal);
  broken.push(...keeper.faults);
  return {
    rounds,
    verdict,
    pushes: {
      wanted: wanted.length,
      pushed: pushed.length,
      repeated: receiver.received.length - pushed.length,
      underTwoIds: pushed.filter((attempts) => new Set(attempts.map(({ webhookId }) => webhookId)).size > 1).length,
    },
    changes: churn.count(),
    receivedAfterRemoval: scene.guest.receivedAfterRemoval(churn.withheld),
    partners: { ...partners.counts(), crossed: partners.crossed() },
    wrongStatuses,
    wrongAccounts,
    broken,
    silences: new Map(clients.map(({ userId }) => [userId, silence.longestOf(userId)])),
    live: clients.reduce((total, { figures }) => total + figures.live, 0),
    slowestReplyMs: Math.round(Math.max(...clients.map(({ figures }) => figures.slowestReplyMs))),
    seconds,
  };
}

/** Brings rounds of faults until the time is over or there were enough of them. */
async function bringChaos(
  plan: ChaosPlan,
  { played }: Scene,
  targets: Targets,
  since: number,
): Promise<{ rounds: PastRound[]; broken: string[] }> {
  const { signal } = plan;
  const rounds: PastRound[] = [];
  const broken: string[] = [];
  for (const { afterMs, faults, isAwaited } of planRounds(plan.seed, plan.clients)) {
    await delay(afterMs, undefined, { signal });
    if (performance.now() - since >= plan.seconds * 1_000) break;
    const begun = performance.now();
    const what = faults.map(inWords).join(', and ');
    // All are awaited, so that no fault gives something back after everything has ended.
    const outcomes = await Promise.allSettled(faults.map((fault) => happen(fault, targets)));
    signal.throwIfAborted();
    for (const outcome of outcomes) if (outcome.status === 'rejected') broken.push(`${what}: ${outcome.reason}`);
    const lastedMs = Math.round(performance.now() - begun);
    const healedMs = isAwaited ? await unlessAborted(healed(what), signal) : undefined;
    rounds.push({ faults, healedMs });
    const at = ((begun - since) / 1_000).toFixed(1).padStart(6);
    const after = healedMs === undefined ? 'next at once' : `all well ${inSeconds(healedMs)} later`;
    plan.say(`${at} s  ${what}`);
    plan.say(`${' '.repeat(10)}over after ${inSeconds(lastedMs)}, ${after}`);
    if (rounds.length === plan.rounds) break;
  }
  return { rounds, broken };

  async function healed(what: string): Promise<number> {
    try {
      return await played.healed(HEALED_WITHIN_MS);
    } catch (error) {
      broken.push(`after ${what}: ${(error as Error).message}`);
      return HEALED_WITHIN_MS;
    }
  }
}

/** A duration as text. */
const inSeconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** Counts users with a wrong status in the end: connected users who look offline, and users who left and look online. */
async function countWrongStatuses(system: System, { played }: Scene): Promise<number> {
  const [watcher, ...others] = played.clients;
  const gone = others.at(-1);
  if (!watcher || !gone) throw new Error('there are no clients');
  const userIds = others.map(({ userId }) => userId);
  const isWrong = async (expected: (userId: number) => boolean): Promise<number> => {
    const call = await system.rest(watcher.userId);
    const { data } = await call('GET', `/presence?user_ids=${userIds.join(',')}`);
    const statuses = data.statuses as { user_id: number; is_online: boolean }[];
    return statuses.filter(({ user_id, is_online }) => is_online !== expected(user_id)).length;
  };
  const settled = async (expected: (userId: number) => boolean): Promise<number> => {
    const isRight = async () => (await isWrong(expected)) === 0;
    await until('every status is true', isRight, STATUS_WITHIN_MS).catch(() => undefined);
    return isWrong(expected);
  };
  const wrongOnline = await settled(() => true);
  await gone.close();
  return wrongOnline + (await settled((userId) => userId !== gone.userId));
}

/** Rejects as soon as the signal is aborted; what was under way is left to itself. */
function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error('aborted'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
