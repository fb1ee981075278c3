import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { AccountSnapshot } from './account/snapshot.ts';
import type { Account } from './client.ts';

/**
 * Returns a part of the account. The component renders again when that part has changed: by `===`, or by `isEqual` for a part
 * that the selector makes anew.
 */
export function useAccount<Part>(
  account: Account,
  select: (snapshot: AccountSnapshot) => Part,
  isEqual: (before: Part, after: Part) => boolean = Object.is,
): Part {
  const last = useRef<{ part: Part } | undefined>(undefined);
  const subscribe = useCallback((listener: () => void) => account.subscribe(listener), [account]);
  return useSyncExternalStore(subscribe, () => {
    const part = select(account.getSnapshot());
    if (last.current && isEqual(last.current.part, part)) return last.current.part;
    last.current = { part };
    return part;
  });
}
