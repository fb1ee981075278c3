import { setTimeout as delay } from 'node:timers/promises';
import type { ControlledServer, ReconnectingClient, Relay } from '@vestnik/testing';
import type { Keeper } from './keeper.ts';
import type { Random } from './random.ts';

/** One thing that goes wrong. */
export interface ChaosFault {
  /** In words, with its target. */
  what: string;
  /** Two faults at once have different targets. */
  target: string;
  /** Begins, lasts and ends; when it resolves everything is there again. */
  happen(): Promise<void>;
}

/** What faults can be done to. */
export interface Targets {
  keeper: Keeper;
  bus: ControlledServer;
  database: ControlledServer;
  /** Ways of the gateways to the bus, by place. */
  relays: ReadonlyMap<string, Relay>;
  clients: readonly ReconnectingClient[];
  /** Has everybody send so many messages at once. */
  burst(messages: number): void;
}

type Kind = (targets: Targets, random: Random) => ChaosFault;

/** Freezes and cuts last this long, in milliseconds: from shorter than any deadline to longer than all. */
const SHORTEST_MS = 300;
const LONGEST_MS = 6_000;

const kill: Kind = ({ keeper }, random) => {
  const place = random.pick(keeper.places());
  return {
    what: `${place} is killed`,
    target: place,
    async happen() {
      keeper.signal(place, 'SIGKILL');
      await keeper.replaced(place);
    },
  };
};

const terminate: Kind = ({ keeper }, random) => {
  const place = random.pick(keeper.places());
  return {
    what: `${place} is stopped in order`,
    target: place,
    async happen() {
      keeper.signal(place, 'SIGTERM');
      await keeper.replaced(place);
    },
  };
};

const killTwice: Kind = ({ keeper }, random) => {
  const place = random.pick(keeper.places());
  const pause = random.whole(0, 400);
  return {
    what: `${place} is killed, and again ${pause} ms after its return`,
    target: place,
    async happen() {
      keeper.signal(place, 'SIGKILL');
      await keeper.replaced(place);
      await delay(pause);
      keeper.signal(place, 'SIGKILL');
      await keeper.replaced(place);
    },
  };
};

const freeze: Kind = ({ keeper }, random) => {
  const place = random.pick(keeper.places());
  const ms = random.whole(SHORTEST_MS, LONGEST_MS);
  return {
    what: `${place} freezes for ${ms} ms`,
    target: place,
    async happen() {
      keeper.signal(place, 'SIGSTOP');
      await delay(ms);
      keeper.signal(place, 'SIGCONT');
    },
  };
};

const killServer: Kind = (targets, random) => {
  const { name, server } = pickServer(targets, random);
  const ms = random.whole(0, 3_000);
  return {
    what: `${name} is killed and away for ${ms} ms`,
    target: name,
    async happen() {
      await server.kill();
      await delay(ms);
      await server.start();
    },
  };
};

const freezeServer: Kind = (targets, random) => {
  const { name, server } = pickServer(targets, random);
  const ms = random.whole(SHORTEST_MS, LONGEST_MS);
  return {
    what: `${name} freezes for ${ms} ms`,
    target: name,
    async happen() {
      await server.freeze();
      await delay(ms);
      await server.thaw();
    },
  };
};

const breakWay: Kind = ({ relays }, random) => {
  const place = random.pick([...relays.keys()]);
  const ms = random.whole(SHORTEST_MS, LONGEST_MS);
  const [how, act] = random.pick<[string, (relay: Relay) => void]>([
    ['is cut', (relay) => relay.cut()],
    ['carries nothing', (relay) => relay.hold()],
    ['is 150 ms slower', (relay) => relay.slow(150)],
  ]);
  return {
    what: `the way of ${place} to the bus ${how} for ${ms} ms`,
    target: `way ${place}`,
    async happen() {
      const relay = relays.get(place);
      if (!relay) return;
      act(relay);
      await delay(ms);
      relay.mend();
    },
  };
};

const cutSockets: Kind = ({ clients }, random) => {
  const cut = clients.filter(() => random.next() < 0.5);
  const inFrame = random.next() < 0.7;
  return {
    what: `${cut.length} sockets are cut${inFrame ? ' in the middle of a frame' : ''}`,
    target: 'sockets',
    async happen() {
      for (const client of cut) client.cut(inFrame);
    },
  };
};

const burst: Kind = ({ burst: send }, random) => {
  const messages = random.whole(5, 25);
  return {
    what: `everybody sends ${messages} messages at once`,
    target: 'load',
    happen: async () => send(messages),
  };
};

/** How often each kind comes, relative to the others. */
const KINDS: readonly [weight: number, kind: Kind][] = [
  [6, kill],
  [2, terminate],
  [2, killTwice],
  [4, freeze],
  [3, killServer],
  [3, freezeServer],
  [3, breakWay],
  [2, cutSockets],
  [1, burst],
];

/** Chooses what goes wrong next: one thing, or two at once. */
export function chooseFaults(targets: Targets, random: Random): ChaosFault[] {
  const first = chooseFault(targets, random);
  if (random.next() >= 0.3) return [first];
  const second = chooseFault(targets, random);
  return second.target === first.target ? [first] : [first, second];
}

function chooseFault(targets: Targets, random: Random): ChaosFault {
  const total = KINDS.reduce((sum, [weight]) => sum + weight, 0);
  let place = random.next() * total;
  for (const [weight, kind] of KINDS) {
    place -= weight;
    if (place < 0) return kind(targets, random);
  }
  return kill(targets, random);
}

function pickServer({ bus, database }: Targets, random: Random): { name: string; server: ControlledServer } {
  return random.pick([
    { name: 'the bus', server: bus },
    { name: 'the database', server: database },
  ]);
}
