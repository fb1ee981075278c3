import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';
import type { NamedMigration } from '@vestnik/database';
import { OUTBOX_TABLE_SQL } from '@vestnik/outbox';

const sqlFile = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

class CreateTables extends Migration {
  override async up(): Promise<void> {
    this.addSql(sqlFile('001-tables.sql'));
    this.addSql(OUTBOX_TABLE_SQL);
  }
}

class CreateFunctions extends Migration {
  override async up(): Promise<void> {
    this.addSql(sqlFile('002-store-messages.sql'));
    this.addSql(sqlFile('003-mark-read.sql'));
    this.addSql(sqlFile('004-apply-conversation.sql'));
    this.addSql(sqlFile('005-mark-delivered.sql'));
    this.addSql(sqlFile('006-store-message.sql'));
  }
}

/** The migrations of the schema `messages`, oldest first. */
export const migrations: NamedMigration[] = [
  { name: '001-tables', class: CreateTables },
  { name: '002-functions', class: CreateFunctions },
];
