import type { Acknowledged } from './ledger.ts';

/** Finds messages that stand before a message that was acknowledged before they were sent. */
export function faultsOfOrder(acknowledged: readonly Acknowledged[]): string[] {
  const byEnd = acknowledged.toSorted((a, b) => a.acknowledgedAt - b.acknowledgedAt);
  const faults: string[] = [];
  let ended = 0;
  let newest: Acknowledged | undefined;
  for (const sent of acknowledged.toSorted((a, b) => a.startedAt - b.startedAt)) {
    for (let next = byEnd[ended]; next && next.acknowledgedAt < sent.startedAt; next = byEnd[ended]) {
      if (next.message.seq > (newest?.message.seq ?? 0)) newest = next;
      ended += 1;
    }
    if (newest && newest.message.seq > sent.message.seq) {
      faults.push(`${sent.clientMessageId} stands before ${newest.clientMessageId}, acknowledged before it was sent`);
    }
  }
  return faults;
}
