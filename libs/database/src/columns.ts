import { p } from '@mikro-orm/core';

/** A primary key that Postgres counts up: `bigint generated always as identity`, read as a number. */
export function identity() {
  return p.bigint('number').columnType('bigint').primary().autoincrement().generated('identity');
}
