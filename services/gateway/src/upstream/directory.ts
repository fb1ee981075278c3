import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@vestnik/bus';
import { BINDINGS_AT_ONCE, companiesEndpoints } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';

/** Which company each user is bound to, as this gateway has loaded it from companies. So most users are judged at once. */
export interface Directory {
  /**
   * Returns the company that a user is bound to; null for a user who is bound to none; undefined while this gateway does not
   * know.
   */
  companyOf(userId: number): number | null | undefined;
  /** Takes what companies has told of a user. */
  learn(userId: number, companyId: number): void;
  /** Forgets everything and loads it again, since events may have been missed. */
  reload(): void;
  stop(): void;
}

/** Users whom a directory holds, at about 40 bytes each. Of the users beyond, companies is asked when they come. */
const MAX_USERS = 1_000_000;
/** Wait before companies is asked again when it does not answer, in milliseconds. */
const RETRY_MS = 1_000;
/** Users are spread over so many maps: a map that grows is copied at once, and a large one would hold up all clients. */
const SHARDS = 256;

/** Creates the directory of one gateway and begins to load it. The caller must hear of bindings by then. */
export function createDirectory({ bus, logger, metrics }: { bus: Bus; logger: Logger; metrics: Metrics }): Directory {
  const shards = Array.from({ length: SHARDS }, () => new Map<number, number>());
  const shardOf = (userId: number) => shards[userId % SHARDS] as Map<number, number>;
  let size = 0;
  let isComplete = false;
  let loading = new AbortController();

  metrics.gauge('directory_users', 'Users in the directory of this gateway', () => size);
  metrics.gauge('directory_complete', 'Whether the directory has every user who is bound', () => Number(isComplete));

  function put(userId: number, companyId: number): void {
    const shard = shardOf(userId);
    if (!shard.has(userId)) {
      if (size >= MAX_USERS) {
        isComplete = false;
        return;
      }
      size += 1;
    }
    shard.set(userId, companyId);
  }

  async function load(signal: AbortSignal): Promise<void> {
    for (let after: number | null = 0; after !== null; ) {
      const page: { user_ids: number[]; company_ids: number[]; next: number | null } = await bus.request(
        companiesEndpoints.listBindings,
        { after, limit: BINDINGS_AT_ONCE },
      );
      if (signal.aborted) return;
      // An event that came meanwhile tells something newer than the page.
      page.user_ids.forEach((userId, index) => {
        if (!shardOf(userId).has(userId)) put(userId, page.company_ids[index] as number);
      });
      if (size >= MAX_USERS) return;
      after = page.next;
    }
    isComplete = true;
  }

  async function loadUntilDone(signal: AbortSignal): Promise<void> {
    for (let isDone = false; !isDone && !signal.aborted; ) {
      try {
        await load(signal);
        isDone = true;
      } catch (error) {
        if (signal.aborted) return;
        logger.debug({ err: error }, 'the directory cannot be loaded yet');
        await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  void loadUntilDone(loading.signal);
  return {
    companyOf: (userId) => shardOf(userId).get(userId) ?? (isComplete ? null : undefined),
    learn: put,
    reload() {
      loading.abort();
      for (const shard of shards) shard.clear();
      size = 0;
      isComplete = false;
      loading = new AbortController();
      void loadUntilDone(loading.signal);
    },
    stop: () => loading.abort(),
  };
}
