import type { Client, ShownBlock } from '@vestnik/client';
import { useEffect, useSyncExternalStore } from 'react';
import { useClient } from './account.tsx';

const listeners = new Set<() => void>();
let blocks: readonly ShownBlock[] = [];
let loadedBy: Client | undefined;

function set(next: readonly ShownBlock[]): void {
  blocks = next;
  for (const listener of listeners) listener();
}

async function load(client: Client): Promise<void> {
  let cursor: string | undefined;
  const all: ShownBlock[] = [];
  do {
    const page = await client.rest.listBlocks(cursor === undefined ? {} : { cursor });
    all.push(...page.blocks);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  set(all);
}

/** Returns the people and companies whom the user has blocked. */
export function useBlocks(): readonly ShownBlock[] {
  const client = useClient();
  useEffect(() => {
    if (loadedBy === client) return;
    loadedBy = client;
    set([]);
    load(client).catch(() => (loadedBy = undefined));
  }, [client]);
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => blocks,
  );
}

/** Blocks a person. */
export async function block(client: Client, userId: number): Promise<void> {
  const answer = await client.rest.addBlock({ userId });
  set([...blocks.filter(({ id }) => id !== answer.block.id), answer.block]);
}

/** Ends a block. */
export async function unblock(client: Client, blockId: number): Promise<void> {
  await client.rest.removeBlock({ blockId });
  set(blocks.filter(({ id }) => id !== blockId));
}
