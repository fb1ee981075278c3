import type { EntityManager } from '@mikro-orm/postgresql';
import type { FunctionFile } from './migration-files.ts';

/**
 * Creates or replaces the functions of a schema, all of them in one transaction. The functions of the schema itself tell
 * which files changed something: where none did, the transaction is rolled back and the schema stays untouched.
 *
 * `create or replace` keeps the function's identity, so instances that run meanwhile find either the old or the new body.
 * It can change neither arguments nor result, and it removes nothing: a migration drops such a function first.
 *
 * @returns the names of the files that changed a function
 */
export async function recreateFunctions(
  em: EntityManager,
  schema: string,
  files: readonly FunctionFile[],
): Promise<string[]> {
  if (files.length === 0) return [];
  await em.begin();
  try {
    const changed: string[] = [];
    let before = await definitionsOf(em, schema);
    for (const { name, sql } of files) {
      await em.execute(sql);
      const after = await definitionsOf(em, schema);
      if (after !== before) changed.push(name);
      before = after;
    }
    if (changed.length > 0) await em.commit();
    else await em.rollback();
    return changed;
  } catch (error) {
    await em.rollback();
    throw error;
  }
}

async function definitionsOf(em: EntityManager, schema: string): Promise<string> {
  const [row] = await em.execute<{ definitions: string | null }[]>(
    `select string_agg(pg_get_functiondef(oid), '' order by oid) as definitions
     from pg_proc where pronamespace = ?::regnamespace and prokind = 'f'`,
    [schema],
  );
  return row?.definitions ?? '';
}
