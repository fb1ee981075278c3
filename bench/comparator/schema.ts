import type { Knex } from 'knex';

/** Creates the three tables of the sketch, with the indexes that anyone would give them. */
export async function createSchema(knex: Knex): Promise<void> {
  await knex.schema.createTable('users', (table) => {
    table.integer('id').primary();
    table.boolean('is_online').notNullable().defaultTo(false);
    table.timestamp('last_seen');
  });
  await knex.schema.createTable('conversations', (table) => {
    table.increments('id');
    table.string('type').notNullable();
    table.string('name');
    table.specificType('participants', 'integer[]').notNullable();
    table.integer('last_message_id');
    table.timestamp('last_message_at');
    table.timestamps(true, true);
  });
  await knex.schema.createTable('messages', (table) => {
    table.increments('id');
    table.integer('conversation_id').notNullable().references('conversations.id');
    table.integer('sender_id').notNullable();
    table.text('content').notNullable();
    table.string('type').notNullable().defaultTo('text');
    table.jsonb('attachments').notNullable().defaultTo('[]');
    table.timestamp('read_at');
    table.timestamps(true, true);
    table.index(['conversation_id', 'created_at']);
  });
  await knex.raw('create index conversations_participants on conversations using gin (participants)');
}
