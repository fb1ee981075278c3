import type { EntitySchema } from '@mikro-orm/core';
import type { DataService } from '@vestnik/contracts';

/**
 * The one description of a service's schema. `entities` and `extras` say what the tables are now; the files of `folder` bring
 * an older schema there. `schemaDifference` tells whether both agree.
 */
export interface Schema {
  /** The service, which its schema and its role are named after. */
  name: DataService;
  /** The folder of the service, with `migrations` and perhaps `functions`. */
  folder: URL;
  /** Every table of the schema. */
  entities: EntitySchema[];
  extras?: SchemaExtras;
}

/** The parts of a schema that MikroORM's entities cannot describe. */
export interface SchemaExtras {
  /** Storage parameters of tables, as in `create table … with (fillfactor = 70)`: table → parameter → value. */
  storage?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Sequences that belong to no column. */
  sequences?: readonly string[];
  /** Triggers, as `create trigger` writes them. MikroORM would give each trigger a function of its own. */
  triggers?: readonly string[];
}
