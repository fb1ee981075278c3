import { createLedger, headsOf, type Ledger, sendAndNote } from './ledger.ts';
import { patientRest } from './patient-rest.ts';
import { type PlayedConversation, untilHeld } from './played-conversation.ts';
import type { ReconnectingClient, ReconnectingClientOptions } from './reconnecting-client.ts';
import type { System } from './system.ts';
import { token } from './tokens.ts';
import { startTraffic, type Traffic } from './traffic.ts';
import { until } from './until.ts';
import { judge, type Verdict } from './verdict.ts';

/** A system with users on it, who write while a test does something to the system. */
export interface PlayedSystem {
  readonly clients: readonly ReconnectingClient[];
  /** The first has all clients in it. Traffic goes to conversations that a test adds, too, and the judge looks at them. */
  readonly conversations: PlayedConversation[];
  readonly ledger: Ledger;
  /** Has every client write in each of its conversations, about every `everyMs`. */
  startTraffic(everyMs: number): Traffic;
  /**
   * Waits until all is well: every gateway is ready, every client is live, and a message of each has reached all others.
   * Returns how many milliseconds that took; throws when it takes longer than `withinMs`.
   */
  healed(withinMs?: number): Promise<number>;
  /** Judges everything that was sent so far; to be called when nothing is being sent. */
  judge(): Promise<Verdict>;
}

/** What `/health/ready` of a gateway says. */
export interface Readiness {
  status: number;
  /** Each part of the system: `ok` or `down`. */
  parts: Record<string, string>;
}

const HEALED_WITHIN_MS = 30_000;

/**
 * Puts users on a system: clients of users 1 to `people`, spread over all gateways. They are in one group of all, in a group
 * of every second user, and in pairs of neighbours. `optionsOf` gives further options of each client.
 */
export async function playOn(
  system: System,
  people: number,
  optionsOf: (userId: number) => Partial<ReconnectingClientOptions> = () => ({}),
): Promise<PlayedSystem> {
  const users = Array.from({ length: people }, (_, index) => index + 1);
  const clients = await Promise.all(
    users.map((user) => system.reconnecting(user, { gateway: user, ...optionsOf(user) })),
  );
  const pairs = clients.filter((_, index) => index % 2 === 0).map((client, index) => [client, clients[index * 2 + 1]]);
  const circles = [clients, clients.filter((_, index) => index % 2 === 0), ...pairs]
    .map((members) => members.filter((client) => client !== undefined))
    .filter((members) => members.length > 1);
  const conversations: PlayedConversation[] = [];
  for (const members of circles) conversations.push(await system.group(members));
  await until('every client is connected', () => clients.every((client) => client.isLive()), HEALED_WITHIN_MS);
  const ledger = createLedger();
  let probes = 0;

  async function probe(withinMs: number): Promise<void> {
    const [groupOfAll] = conversations;
    if (!groupOfAll) return;
    const conversationId = groupOfAll.id;
    await Promise.all(
      clients.map((client) => {
        probes += 1;
        return sendAndNote(ledger, client, {
          conversationId,
          clientMessageId: `probe-${probes}`,
          content: 'all well?',
        });
      }),
    );
    await untilHeld([groupOfAll], headsOf(ledger), withinMs);
  }

  return {
    clients,
    conversations,
    ledger,
    startTraffic: (everyMs) => startTraffic(ledger, conversations, everyMs),
    async healed(withinMs = HEALED_WITHIN_MS) {
      const since = performance.now();
      await Promise.all(
        system
          .processesOf('gateway')
          .map((_, gateway) => until('the gateway is ready', () => isReady(system, gateway), withinMs)),
      );
      await until('every client is connected', () => clients.every((client) => client.isLive()), withinMs);
      await probe(withinMs);
      return Math.round(performance.now() - since);
    },
    judge: () => judge(ledger, conversations, async (userId) => patientRest(system.restUrl(), await token(userId))),
  };
}

/** False also while the gateway is not there. */
function isReady(system: System, gateway: number): Promise<boolean> {
  return readiness(system, gateway).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** Asks a gateway whether the system is ready. */
export async function readiness(system: System, gateway = 0): Promise<Readiness> {
  const response = await fetch(`${system.restUrl(gateway)}/health/ready`);
  const { parts } = (await response.json()) as { parts: Record<string, string> };
  return { status: response.status, parts };
}
