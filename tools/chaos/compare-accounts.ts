import { accountDifference, createAccount, type ReconnectingClient, type System, until } from '@vestnik/testing';

/** How long a change may take until account sync has it, in milliseconds. */
const SYNCED_WITHIN_MS = 10_000;

/** Compares the accounts that clients keep by a cursor with those of fresh clients. Returns a line for each that differs. */
export async function compareAccounts(system: System, clients: readonly ReconnectingClient[]): Promise<string[]> {
  const faults = await Promise.all(clients.map((client) => compareAccount(system, client)));
  return faults.filter((fault) => fault !== undefined);
}

async function compareAccount(system: System, client: ReconnectingClient): Promise<string | undefined> {
  const { account, userId, name } = client;
  if (!account || client.isClosed()) return undefined;
  const call = await system.rest(userId);
  let difference: string | undefined;
  const isSame = async () => {
    const told = await client.sync();
    const fresh = createAccount();
    for (let more = true; more; ) {
      const cursor = fresh.cursor();
      const { data } = await call(
        'GET',
        `/changes?limit=100&messages_per_conversation=100${cursor ? `&cursor=${cursor}` : ''}`,
      );
      more = fresh.take(data);
    }
    difference = accountDifference(account, fresh);
    return told === 0 && difference === undefined;
  };
  return until('the account is that of a fresh client', isSame, SYNCED_WITHIN_MS).then(
    () => undefined,
    (error: Error) => `${name}: ${difference ?? error.message}`,
  );
}
