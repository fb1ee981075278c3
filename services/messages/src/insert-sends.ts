import type { Send } from '@vestnik/contracts';
import { type Database, isUniqueViolation } from '@vestnik/database';
import { oneByOneCall, type StoreCall, type StoreRow, storeCall } from './store/sends.ts';

/** Another instance may store the same client message id at the same moment. The second attempt finds it. */
const ATTEMPTS = 3;

/**
 * Stores sends and returns a row for each, in their order. All of them share one transaction, but for the sends into
 * conversations with automatic messages that were not read: those share a second one.
 */
export async function insertSends(database: Database, sends: readonly Send[]): Promise<StoreRow[]> {
  const rows: StoreRow[] = [];
  const fill = async (indexes: readonly number[], call: (some: readonly Send[]) => StoreCall) => {
    if (indexes.length === 0) return;
    const found = await attempt(database, call(indexes.map((index) => sends[index] as Send)));
    for (const [position, index] of indexes.entries()) rows[index] = found[position] as StoreRow;
  };
  const all = [...sends.keys()];
  const automatic = new Set(sends.filter((send) => !send.marks_read).map((send) => send.conversation_id));
  // A single send is stored by the same steps in any case.
  const isApart = (index: number) => sends.length > 1 && automatic.has((sends[index] as Send).conversation_id);
  await fill(automatic.size === 0 ? all : all.filter((index) => !isApart(index)), storeCall);
  await fill(
    all.filter((index) => isApart(index) || rows[index]?.outcome === 'one_by_one'),
    oneByOneCall,
  );
  return rows;
}

async function attempt(database: Database, { statement, values }: StoreCall): Promise<StoreRow[]> {
  for (let number = 1; ; number += 1) {
    try {
      return await database.query(statement, values);
    } catch (error) {
      if (number === ATTEMPTS || !isUniqueViolation(error, 'messages_client_message_id')) throw error;
    }
  }
}
