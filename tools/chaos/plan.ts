import { DATA_SERVICES, type DataService } from '@vestnik/contracts';
import { createRandom, type Random } from './random.ts';

/** The processes that chaos kills, stops, freezes and cuts off. */
export const GATEWAYS = ['gateway-1', 'gateway-2'] as const;
type ServicePlace = `${DataService}-${1 | 2}`;
export const SERVICES = DATA_SERVICES.flatMap((service): ServicePlace[] =>
  service === 'messages' ? ['messages-1', 'messages-2'] : [`${service}-1`],
);
const SERVERS = ['bus', 'database'] as const;

/** A place of a process. */
export type Place = (typeof GATEWAYS)[number] | ServicePlace;
/** A server that all share. */
export type ServerName = (typeof SERVERS)[number];
/** A link of the network, named by its ends: `messages-1 to database`. */
export type Link = `${Place} to bus` | `${ServicePlace} to database` | `clients to ${(typeof GATEWAYS)[number]}`;

/** All links of the network. */
const LINKS: readonly Link[] = [
  ...[...GATEWAYS, ...SERVICES].map((place): Link => `${place} to bus`),
  ...SERVICES.map((place): Link => `${place} to database`),
  ...GATEWAYS.map((place): Link => `clients to ${place}`),
];

/** One thing that goes wrong, as it is planned. Times are in milliseconds. */
export type Fault =
  | { kind: 'process killed' | 'process stopped'; target: Place }
  | { kind: 'process killed twice'; target: Place; pauseMs: number }
  | { kind: 'process frozen'; target: Place; ms: number }
  | { kind: 'server killed' | 'server frozen'; target: ServerName; ms: number }
  | { kind: 'link cut' | 'link held' | 'link filled' | 'link slow'; target: Link; ms: number }
  | { kind: 'sockets cut' | 'sockets cut in a frame'; target: 'sockets'; clients: number[] }
  | { kind: 'burst'; target: 'load'; messages: number };

/** Faults that come at the same time, after a pause. */
export interface Round {
  afterMs: number;
  faults: readonly Fault[];
  /** False: the next round comes before the system has recovered from this one. */
  isAwaited: boolean;
}

/** Freezes and breaks last this long, in milliseconds: from shorter than any deadline to longer than all. */
const SHORTEST_MS = 300;
const LONGEST_MS = 6_000;
/** Longest that a killed server stays away, in milliseconds; its start comes on top. */
const LONGEST_AWAY_MS = 3_000;
const PAUSE_MS = [200, 1_200] as const;
/** How many rounds have two faults, and how many are awaited. */
const DOUBLED = 0.3;
const AWAITED = 0.75;
/** How much slower a slow link is, in milliseconds. */
export const SLOWER_MS = 150;

const anyPlace = (random: Random): Place => random.pick([...GATEWAYS, ...SERVICES]);
const anyLength = (random: Random) => random.whole(SHORTEST_MS, LONGEST_MS);

type Card = (random: Random, clients: number) => Fault;

const killed =
  (places: readonly Place[]): Card =>
  (random) => ({ kind: 'process killed', target: random.pick(places) });
const serverFault =
  (kind: 'server killed' | 'server frozen', target: ServerName, longestMs: number): Card =>
  (random) => ({ kind, target, ms: random.whole(SHORTEST_MS, longestMs) });
const linkFault =
  (kind: 'link cut' | 'link held' | 'link filled' | 'link slow'): Card =>
  (random) => ({ kind, target: random.pick(LINKS), ms: anyLength(random) });
const socketFault =
  (kind: 'sockets cut' | 'sockets cut in a frame'): Card =>
  (random, clients) => ({ kind, target: 'sockets', clients: some(random, clients) });

/** Each pass through the deck brings every card once, so that chance leaves out no kind of fault. */
const DECK: readonly Card[] = [
  killed(GATEWAYS),
  killed(SERVICES),
  killed(['messages-1', 'messages-2']),
  (random) => ({ kind: 'process killed twice', target: anyPlace(random), pauseMs: random.whole(0, 400) }),
  (random) => ({ kind: 'process stopped', target: anyPlace(random) }),
  (random) => ({ kind: 'process frozen', target: random.pick(GATEWAYS), ms: anyLength(random) }),
  (random) => ({ kind: 'process frozen', target: random.pick(SERVICES), ms: anyLength(random) }),
  serverFault('server killed', 'bus', LONGEST_AWAY_MS),
  serverFault('server killed', 'database', LONGEST_AWAY_MS),
  serverFault('server frozen', 'bus', LONGEST_MS),
  serverFault('server frozen', 'database', LONGEST_MS),
  linkFault('link cut'),
  linkFault('link held'),
  linkFault('link filled'),
  linkFault('link slow'),
  socketFault('sockets cut'),
  socketFault('sockets cut in a frame'),
  (random) => ({ kind: 'burst', target: 'load', messages: random.whole(5, 25) }),
];

/** The rounds of a seed, without end: the same seed and number of clients, the same rounds. */
export function* planRounds(seed: number, clients: number): Generator<Round, never> {
  const random = createRandom(seed);
  let deck: Card[] = [];
  const draw = (): Fault => {
    if (deck.length === 0) deck = shuffled(DECK, random);
    return (deck.pop() as Card)(random, clients);
  };
  for (;;) {
    const afterMs = random.whole(...PAUSE_MS);
    const isAwaited = random.next() < AWAITED;
    const faults = [draw()];
    if (random.next() < DOUBLED) {
      const second = draw();
      // Two faults cannot hit one target at once: the second comes alone, right after.
      if (second.target !== faults[0]?.target) faults.push(second);
      else {
        yield { afterMs, faults, isAwaited: false };
        yield { afterMs: 0, faults: [second], isAwaited };
        continue;
      }
    }
    yield { afterMs, faults, isAwaited };
  }
}

/** Says a fault in words. */
export function inWords(fault: Fault): string {
  switch (fault.kind) {
    case 'process killed':
      return `${fault.target} is killed`;
    case 'process stopped':
      return `${fault.target} is stopped in order`;
    case 'process killed twice':
      return `${fault.target} is killed, and again ${fault.pauseMs} ms after its return`;
    case 'process frozen':
    case 'server frozen':
      return `${fault.target} freezes for ${fault.ms} ms`;
    case 'server killed':
      return `${fault.target} is killed and away for ${fault.ms} ms`;
    case 'link cut':
      return `${fault.target} is cut for ${fault.ms} ms`;
    case 'link held':
      return `${fault.target} carries nothing for ${fault.ms} ms`;
    case 'link filled':
      return `${fault.target} carries nothing for ${fault.ms} ms and is filled`;
    case 'link slow':
      return `${fault.target} is ${SLOWER_MS} ms slower for ${fault.ms} ms`;
    case 'sockets cut':
      return `${fault.clients.length} sockets are cut`;
    case 'sockets cut in a frame':
      return `${fault.clients.length} sockets are cut in the middle of a frame`;
    case 'burst':
      return `every client sends ${fault.messages} messages at once`;
  }
}

/** About half of the clients, by index. */
function some(random: Random, clients: number): number[] {
  return Array.from({ length: clients }, (_, index) => index).filter(() => random.next() < 0.5);
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = random.whole(0, last);
    [order[last], order[other]] = [order[other] as Item, order[last] as Item];
  }
  return order;
}
