/**
 * A service's database, and the one pattern by which every service uses it.
 *
 * `store/schema.ts` of a service is the one description of its tables. It exports one `Schema`, which the service starts
 * with, migrates by and tests with. Each table has an entity (`defineEntity`) with its columns, keys, checks, uniques and
 * indexes. `extras` holds the rest: storage parameters, sequences and triggers.
 *
 * `migrations/NNNN-name.sql` brings an older schema there. `npm run migration:create -- SERVICE NAME` writes such a file from
 * the difference between schema and description. `tests/every-service.test.ts` fails while the two differ. A migration that
 * has landed is never edited. `functions/*.sql` holds the SQL functions, which are re-created where they differ.
 *
 * The other files of `store/` hold named statements, the types of their rows, and how a row becomes a type of contracts. Use
 * cases run the statements: `database.query(findContacts, [userId, userIds])`. In the SQL, parameters are `$1`, `$2` and so
 * on. The second type of `statement` names them.
 *
 * Commands off the hot path use the unit of work: `database.unitOfWork(…)`. All other code runs statements. `writeStatement`
 * describes those that change rows or wait for locks. Reads and writes each have a share of the connections.
 */

export { identity } from './columns.ts';
export {
  connectDatabase,
  type Database,
  type DatabaseOptions,
  KEYED_ACCESS,
  type Queries,
  type RawValue,
} from './database.ts';
export { isDatabaseAway, isUniqueViolation, refusalWhenAway } from './errors.ts';
export { type LockKind, lockByName, lockInUnit, locksEntity } from './locks.ts';
export { migrateSchema } from './migrate-schema.ts';
export type { Schema, SchemaExtras } from './schema.ts';
export { schemaDifference } from './schema-difference.ts';
export { type Statement, statement, writeStatement } from './statement.ts';
export { isoTime, isoTimeOrNull } from './time.ts';
