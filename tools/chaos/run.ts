import { setTimeout as delay } from 'node:timers/promises';
import {
  type Churn,
  type PlayedSystem,
  type PushReceiver,
  playOn,
  type Relay,
  type System,
  startChurn,
  startPushReceiver,
  startRelay,
  startSystem,
  until,
  type Verdict,
} from '@vestnik/testing';
import type { ChatLog } from '../demo/chat-log.ts';
import { type ChaosFault, chooseFaults, type Targets } from './faults.ts';
import { type Keeper, keepRunning } from './keeper.ts';
import { createRandom } from './random.ts';
import { type Replay, startReplay } from './replay.ts';
import { createSilence, type Silence } from './silence.ts';

/** How one run of chaos goes. */
export interface ChaosPlan {
  log: ChatLog;
  seed: number;
  seconds: number;
  /** Messages at most. */
  messages: number;
  people: number;
  /** Lines per second. */
  rate: number;
  /** Ends the faults early. */
  signal?: AbortSignal;
  /** Told what happens, a line at a time. */
  say(line: string): void;
}

/** One round of faults: what went wrong, and how the system came back. */
export interface Round {
  what: string;
  /** Milliseconds since the start. */
  atMs: number;
  lastedMs: number;
  /** From its end until everybody had a message of everybody; undefined when the next round came first. */
  healedMs: number | undefined;
}

/** What one run found. */
export interface ChaosReport {
  rounds: Round[];
  verdict: Verdict;
  pushes: { wanted: number; pushed: number; repeated: number; underTwoIds: number };
  /** Messages that a client got live while its user was out of the conversation. */
  overheard: number;
  /** Processes that ended by themselves, and faults after which the system did not come back. */
  broken: string[];
  silence: { longestMs: number; userId: number };
  slowestReplyMs: number;
  seconds: number;
  /** True when everything that is promised to be zero is zero. */
  kept: boolean;
}

/** Users besides the players: one who is added and removed all the time, one who is never there and has a device. */
const GUEST = 9_001;
const ABSENT = 9_002;
const GATEWAYS = 2;
/** How long the system may take to be well after a round, in milliseconds; the figures say how long it took. */
const HEALED_WITHIN_MS = 30_000;
/** How long pushes may take in the end: what a killed instance had in hand is left to it for 30 s. */
const PUSHED_WITHIN_MS = 60_000;

interface Scene {
  system: System;
  played: PlayedSystem;
  keeper: Keeper;
  relays: Map<string, Relay>;
  receiver: PushReceiver;
  silence: Silence;
  /** Live messages of the guest, by `client_message_id`. */
  guestHeard: string[];
  /** The conversation in which the guest comes and goes. */
  changing: number;
}

/** Plays a log on a system of its own while things go wrong, and judges from outside what became of the promise. */
export async function runChaos(plan: ChaosPlan): Promise<ChaosReport> {
  const scene = await setScene(plan);
  try {
    return await play(plan, scene);
  } finally {
    await scene.keeper.stop();
    await scene.system.stop();
    await Promise.all([...scene.relays.values()].map((relay) => relay.stop()));
    await scene.receiver.stop();
  }
}

async function setScene({ people }: ChaosPlan): Promise<Scene> {
  const receiver = await startPushReceiver();
  const system = await startSystem({
    instances: { gateway: 0, messages: 2 },
    settings: { PRESENCE_GRACE_SECONDS: '1' },
    ownPostgres: true,
  });
  const relays = new Map<string, Relay>();
  for (let number = 1; number <= GATEWAYS; number += 1) {
    const relay = await startRelay(system.servers.natsUrl);
    relays.set(`gateway-${number}`, relay);
    await system.startProcess('gateway', undefined, { NATS_URL: relay.url });
  }
  const settingsOf = (place: string): Record<string, string> => {
    const relay = relays.get(place);
    return relay ? { NATS_URL: relay.url } : {};
  };
  const keeper = keepRunning(system, settingsOf);

  const silence = createSilence();
  const played = await playOn(system, people, { onMessage: silence.heard });
  const [owner, second] = played.clients;
  const [everybody] = played.conversations;
  if (!owner || !second || !everybody) throw new Error('nobody plays');
  const device = { provider: 'webhook', target: { url: receiver.url('/absent') } };
  await (await system.rest(ABSENT))('POST', '/devices', device);
  const path = `/conversations/${everybody.id}/participants`;
  await (await system.rest(owner.userId))('POST', path, { participantIds: [ABSENT] });
  const changing = await system.group([owner, second]);
  played.conversations.push(changing);
  const guestHeard: string[] = [];
  await system.reconnecting(GUEST, {
    mayBeRemoved: true,
    onLive: ({ client_message_id }) => void guestHeard.push(client_message_id ?? ''),
  });
  return { system, played, keeper, relays, receiver, silence, guestHeard, changing: changing.id };
}

async function play(plan: ChaosPlan, scene: Scene): Promise<ChaosReport> {
  const { system, played, keeper, receiver, silence } = scene;
  const [owner] = played.clients;
  const everybody = played.conversations[0]?.id;
  if (!owner || everybody === undefined) throw new Error('nobody plays');
  const since = performance.now();
  const replay = startReplay(system, played, plan.log, plan.rate);
  const { ledger } = played;
  const churn = startChurn({ system, ledger, conversationId: scene.changing, owner, guestId: GUEST });
  silence.begin(played.clients.map(({ userId }) => userId));

  const { rounds, broken } = await bringChaos(plan, scene, replay, since);
  silence.end();
  plan.say('Nothing goes wrong any more: what is not answered is repeated, everybody catches up');
  await Promise.all([churn.stop(), replay.stop()]);
  await played.healed(HEALED_WITHIN_MS);
  const seconds = (performance.now() - since) / 1_000;
  const verdict = await played.judge();

  const wanted = ledger.acknowledged.filter(({ conversationId }) => conversationId === everybody);
  const ids = () => Map.groupBy(receiver.received, ({ messageId }) => messageId);
  const isPushed = () => wanted.every(({ message }) => ids().has(message.id));
  await until('everything is pushed', isPushed, PUSHED_WITHIN_MS).catch((error: Error) => broken.push(error.message));
  const pushed = [...ids().values()];
  const pushes = {
    wanted: wanted.length,
    pushed: pushed.length,
    repeated: receiver.received.length - pushed.length,
    underTwoIds: pushed.filter((attempts) => new Set(attempts.map(({ webhookId }) => webhookId)).size > 1).length,
  };
  broken.push(...keeper.faults);
  const overheard = countOverheard(scene, churn);
  return {
    rounds,
    verdict,
    pushes,
    overheard,
    broken,
    silence: silence.longest(),
    slowestReplyMs: Math.round(Math.max(...played.clients.map(({ figures }) => figures.slowestReplyMs))),
    seconds,
    kept:
      verdict.lost + verdict.twice + verdict.outOfOrder + verdict.wrong + pushes.underTwoIds + overheard === 0 &&
      broken.length === 0,
  };
}

/** Brings rounds of faults until the time is over or enough was sent. */
async function bringChaos(
  plan: ChaosPlan,
  { system, played, keeper, relays }: Scene,
  replay: Replay,
  since: number,
): Promise<{ rounds: Round[]; broken: string[] }> {
  const { postgres, nats } = system.servers;
  if (!postgres) throw new Error('The database is not to be taken away');
  const random = createRandom(plan.seed);
  const targets: Targets = {
    keeper,
    bus: nats,
    database: postgres,
    relays,
    clients: played.clients,
    burst: replay.burst,
  };
  const rounds: Round[] = [];
  const broken: string[] = [];
  const isOver = () =>
    plan.signal?.aborted || performance.now() - since >= plan.seconds * 1_000 || replay.given() >= plan.messages;
  while (!isOver()) {
    await delay(random.whole(200, 1_200));
    const faults = chooseFaults(targets, random);
    // Some rounds come before the system has recovered from the one before.
    const isAwaited = random.next() < 0.75;
    const round = await bring(faults, since);
    rounds.push(round);
    if (isAwaited) {
      const healed = played.healed(HEALED_WITHIN_MS);
      round.healedMs = await healed.catch((error: Error) => {
        broken.push(`after ${round.what}: ${error.message}`);
        return HEALED_WITHIN_MS;
      });
    }
    const after = round.healedMs === undefined ? 'the next follows at once' : `all well ${round.healedMs} ms later`;
    plan.say(`${(round.atMs / 1_000).toFixed(1).padStart(6)} s  ${round.what}; took ${round.lastedMs} ms, ${after}`);
  }
  return { rounds, broken };
}

async function bring(faults: ChaosFault[], since: number): Promise<Round> {
  const begun = performance.now();
  await Promise.all(faults.map((fault) => fault.happen()));
  return {
    what: faults.map(({ what }) => what).join(', and '),
    atMs: Math.round(begun - since),
    lastedMs: Math.round(performance.now() - begun),
    healedMs: undefined,
  };
}

function countOverheard({ guestHeard }: Scene, { unheard }: Churn): number {
  return guestHeard.filter((clientMessageId) => unheard.has(clientMessageId)).length;
}
