import { defineEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Queries } from './database.ts';
import { writeStatement } from './statement.ts';

/** Rows of `locks`. Two names share a row by chance, and then wait for each other. */
const SLOTS = 1_024;

/**
 * The locks of a service by name. Rows of its own schema, since advisory locks belong to the whole database: any other role
 * could hold them. The migration that makes the table inserts a row for each slot.
 */
export const locksEntity = defineEntity({
  name: 'Locks',
  tableName: 'locks',
  properties: { slot: p.smallint().primary().autoincrement(false) },
});

/** Each kind of names has half of the slots. A transaction that needs a lock of both kinds takes the first kind first. */
const HALVES = { first: 0, second: SLOTS / 2 } as const;

/** Which half of the slots a name belongs to. */
export type LockKind = keyof typeof HALVES;

const TEXT = (name: string, kind: string) =>
  `select slot from locks where slot = (hashtextextended(${name}, 0) & ${SLOTS / 2 - 1})::int + ${kind} for update`;

const takeLock = writeStatement<{ slot: number }, [name: string, from: number]>('take-lock', TEXT('$1', '$2::int'));

/** Waits for a lock by name, and holds it until the end of the transaction. */
export async function lockByName(queries: Queries, name: string, kind: LockKind = 'first'): Promise<void> {
  requireSlot(await queries.query(takeLock, [name, HALVES[kind]]));
}

/** As `lockByName`, in a unit of work. */
export async function lockInUnit(em: EntityManager, name: string, kind: LockKind = 'first'): Promise<void> {
  requireSlot(await em.execute<{ slot: number }[]>(TEXT('?', '?::int'), [name, HALVES[kind]]));
}

function requireSlot(rows: readonly { slot: number }[]): void {
  if (rows.length === 0) throw new Error('the table locks lacks rows: a migration inserts them');
}
