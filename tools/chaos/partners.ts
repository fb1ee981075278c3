import { setTimeout as delay } from 'node:timers/promises';
import { signToken } from '@vestnik/auth';
import type { Message } from '@vestnik/contracts';
import { type RestReply, restClient, SECRET, type System, until } from '@vestnik/testing';

/** Two companies that agree, block and sever again and again while their people write to each other. */
export interface Partners {
  /** Severings, acceptances and blocks that were acknowledged. */
  counts(): PartnerCounts;
  /** Messages that passed later than a second after a severing or a block was acknowledged. */
  crossed(): number;
  /** Stops once the present turn is over. */
  stop(): Promise<void>;
}

/** How often each thing was acknowledged. */
export interface PartnerCounts {
  severings: number;
  acceptances: number;
  blocks: number;
  /** Messages that came live while they were allowed. */
  passed: number;
}

/** The admins of the two companies. */
const [ONE, OTHER] = [
  { userId: 9_101, companyId: 101 },
  { userId: 9_102, companyId: 102 },
] as const;
type Partner = typeof ONE | typeof OTHER;
/** How long a change is tried, in milliseconds. */
const CHANGED_WITHIN_MS = 60_000;
/** How long each state lasts, in milliseconds: longer than `WITHIN_MS`. */
const STATE_MS = 1_500;
/** A message that is stored later than this after the acknowledgement has crossed, in milliseconds. */
const WITHIN_MS = 1_000;
/** The pause between two messages of one side, in milliseconds. */
const SEND_EVERY_MS = 200;

/** A time in which no message of some users may be stored, by the clock of this machine, which all processes share. */
interface Closed {
  from: number;
  to: number;
  senders: readonly number[];
}

/**
 * Starts the two companies. `listen` connects a user whose live messages are handed to `onLive`.
 *
 * @param signal gives up at once when aborted
 */
export async function startPartners(
  system: System,
  listen: (userId: number, token: string, onLive: (message: Message) => void) => Promise<unknown>,
  signal: AbortSignal,
): Promise<Partners> {
  const counts: PartnerCounts = { severings: 0, acceptances: 0, blocks: 0, passed: 0 };
  const closed: Closed[] = [];
  const received: Message[] = [];
  let isOver = false;
  const tokenOf = ({ userId: id, companyId }: Partner) =>
    signToken(SECRET, { id, companyId, companyRole: 'admin' }, 3_600);

  /** Asks a gateway after the other until one answers with a status that is final. */
  function ask(who: Partner, method: string, path: string, body?: unknown): Promise<RestReply> {
    return until(
      `${method} ${path} is answered`,
      async () => {
        for (const gateway of system.processesOf('gateway').keys()) {
          signal.throwIfAborted();
          const call = restClient(system.restUrl(gateway), tokenOf(who));
          // A gateway that is gone does not answer; another is asked.
          const reply = await call(method, path, body).catch(() => undefined);
          if (reply && reply.status < 429) return reply;
        }
        return undefined;
      },
      CHANGED_WITHIN_MS,
    );
  }

  /** Repeats a change until it is acknowledged. */
  const change = (what: string, make: () => Promise<RestReply>) =>
    until(what, async () => ((await make()).status < 300 ? true : undefined), CHANGED_WITHIN_MS);

  async function agree(): Promise<void> {
    await change('a contract is accepted', async () => {
      await ask(ONE, 'POST', '/company/contracts', { companyId: OTHER.companyId });
      return ask(OTHER, 'POST', `/company/contracts/${ONE.companyId}/accept`);
    });
    counts.acceptances += 1;
  }

  /** Nothing of the senders may pass from a second after now on, until the returned function is called. */
  function close(...senders: Partner[]): () => void {
    const span: Closed = {
      from: Date.now() + WITHIN_MS,
      to: Number.POSITIVE_INFINITY,
      senders: senders.map(({ userId }) => userId),
    };
    closed.push(span);
    return () => void (span.to = Date.now());
  }

  async function turn(): Promise<void> {
    await agree();
    await delay(STATE_MS, undefined, { signal });
    const blocks = await ask(OTHER, 'POST', '/blocks', { userId: ONE.userId });
    if (blocks.status < 300) {
      const unblocking = close(ONE);
      counts.blocks += 1;
      await delay(STATE_MS, undefined, { signal });
      unblocking();
      await ask(OTHER, 'DELETE', `/blocks/${blocks.data.block.id}`);
    }
    await change('a contract is severed', () => ask(ONE, 'DELETE', `/company/contracts/${OTHER.companyId}`));
    const agreeing = close(ONE, OTHER);
    counts.severings += 1;
    await delay(STATE_MS, undefined, { signal });
    agreeing();
  }

  for (const who of [ONE, OTHER]) {
    await listen(who.userId, tokenOf(who), (message) => {
      if (message.sender_id !== who.userId) received.push(message);
    });
  }
  await agree();
  const { data } = await ask(ONE, 'POST', '/conversations', { participantId: OTHER.userId });
  const path = `/conversations/${data.conversation.id}/messages`;

  const write = async (who: Partner) => {
    for (let count = 0; !isOver && !signal.aborted; count += 1) {
      const gateway = count % system.processesOf('gateway').length;
      const call = restClient(system.restUrl(gateway), tokenOf(who));
      // Refusals and gateways that are away are part of it.
      await call('POST', path, { content: `${who.userId} ${count}` }).catch(() => undefined);
      await delay(SEND_EVERY_MS);
    }
  };
  const run = async () => {
    while (!isOver) await turn();
  };
  const running = Promise.all([run(), write(ONE), write(OTHER)]);
  running.catch(() => undefined);

  return {
    counts: () => ({ ...counts, passed: received.length - crossedIn(received, closed) }),
    crossed: () => crossedIn(received, closed),
    async stop() {
      isOver = true;
      await running;
    },
  };
}

/** Counts the messages that were stored while their senders were closed out. */
function crossedIn(received: readonly Message[], closed: readonly Closed[]): number {
  return received.filter(({ created_at, sender_id }) => {
    const at = Date.parse(created_at);
    return closed.some(({ from, to, senders }) => senders.includes(sender_id) && from <= at && at < to);
  }).length;
}
