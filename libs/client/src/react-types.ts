import type { AccountSnapshot } from './account/snapshot.ts';
import type { Account } from './client.ts';

/**
 * Returns a part of the account, and renders the component again when that part has changed: by `===`, or by `isEqual` for a part
 * that the selector makes anew.
 */
export type UseAccount = <Part>(
  account: Account,
  select: (snapshot: AccountSnapshot) => Part,
  isEqual?: (before: Part, after: Part) => boolean,
) => Part;
