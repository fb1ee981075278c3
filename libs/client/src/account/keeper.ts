import type { VestnikError } from '../errors.ts';
import type { Changes } from '../protocol/changes.ts';
import type { Rest } from '../protocol/routes.ts';
import type { Store } from './store.ts';

/** Changes show in account sync within 5 s. Changes of just before the line was live may show later than the first answers. */
const SETTLED_MS = 6_000;
/** How long a failed round waits, in ms. */
const RETRY_MS = 2_000;

/** Brings the account up to date. */
export interface Keeper {
  /** Asks for the differences now, and once more when the server has settled. */
  catchUp(): void;
  stop(): void;
}

/** Makes the keeper of an account. `ask` sends `sync`. */
export function createKeeper(
  store: Store,
  rest: Rest,
  ask: (data: object) => Promise<unknown>,
  messagesPerConversation: number,
): Keeper {
  let round = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function askOnce(own: number): Promise<void> {
    for (;;) {
      const { cursor } = store.get();
      const data = { limit: 100, messagesPerConversation, ...(cursor !== null && { cursor }) };
      const changes = (await ask(data)) as Changes;
      // A later round has begun: its answers come first, and this one would overwrite them.
      if (own !== round) return;
      store.dispatch({ type: 'changes', changes });
      if (!changes.has_more && !changes.reset) return;
    }
  }

  function run(afterwards: boolean): void {
    clearTimeout(timer);
    const own = (round += 1);
    askOnce(own).then(
      () => {
        if (own !== round) return;
        if (!store.get().isCurrent) store.dispatch({ type: 'current', isCurrent: true });
        if (afterwards) timer = setTimeout(run, SETTLED_MS, false);
      },
      (error: VestnikError) => {
        if (own === round && store.get().line === 'live') {
          timer = setTimeout(run, (error.retryAfterSeconds ?? 0) * 1_000 || RETRY_MS, true);
        }
      },
    );
  }

  /** Asks for counts that cannot be computed. */
  const asked = new Set<number>();
  const endCounts = store.subscribe(() => {
    const { conversations, isCurrent } = store.get();
    if (!isCurrent) return;
    for (const { id, needsCount } of conversations.values()) {
      if (!needsCount) asked.delete(id);
      if (!needsCount || asked.has(id)) continue;
      asked.add(id);
      rest.getConversation({ conversationId: id }).catch(() => asked.delete(id));
    }
  });

  return {
    catchUp: () => run(true),
    stop() {
      round += 1;
      clearTimeout(timer);
      endCounts();
    },
  };
}
