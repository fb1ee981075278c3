/**
 * A service's database, and the one pattern by which every service uses it.
 *
 * - `store/schema.ts` of a service is the one description of its tables: an entity (`defineEntity`) for each table, with its
 *   columns, keys, checks, uniques and indexes, and `extras` for what entities cannot say: storage parameters, sequences and
 *   triggers. It exports one `Schema`, which the service starts with, migrates by, and tests with.
 * - `migrations/NNNN-name.sql` brings an older schema there. `npm run migration:create -- SERVICE NAME` writes the file from
 *   the difference, and `tests/every-service.test.ts` fails while description and migrations differ. A migration that has
 *   landed is never edited. `functions/*.sql` holds the SQL functions, which are re-created where they differ.
 * - The other files of `store/` hold named statements, the types of their rows, and how a row becomes what contracts say.
 *   Use cases run the statements: `database.query(usersById, [ids])`. Parameters are `$1`, `$2` and so on in the SQL; the
 *   second type of `statement` names them and says what they are.
 * - Commands off the hot path use the unit of work: `database.em().transactional(…)`. Everything else is a statement.
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
export { migrateSchema } from './migrate-schema.ts';
export type { Schema, SchemaExtras } from './schema.ts';
export { schemaDifference } from './schema-difference.ts';
export { type Statement, statement } from './statement.ts';
export { isoTime, isoTimeOrNull } from './time.ts';
