export {
  connectDatabase,
  type Database,
  type DatabaseOptions,
  KEYED_ACCESS,
  type Queries,
  type RawValue,
} from './database.ts';
export { isDatabaseAway, isUniqueViolation, refusalWhenAway } from './errors.ts';
export { migrateSchema, type SchemaOptions } from './migrate-schema.ts';
export { type Statement, statement } from './statement.ts';
export { isoTime, isoTimeOrNull } from './time.ts';
