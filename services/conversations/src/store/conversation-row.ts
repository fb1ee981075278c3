import type { Conversation } from '@vestnik/contracts';
import { isoTime } from '@vestnik/database';
import type { ConversationRecord, ParticipantRecord } from './schema.ts';

/** A conversation as a statement reads it: times as Postgres writes them. */
export type ConversationRow = Conversation;

/** What every statement selects of a conversation `c`: all of it, read at one moment. */
export const CONVERSATION_COLUMNS = `
  c.id, c.type, c.name, c.owner_id, c.version, c.created_at, c.updated_at,
  array(select p.user_id from participants p where p.conversation_id = c.id order by p.position) as participants`;

/** A conversation from the row of a statement. */
export function fromRow(row: ConversationRow): Conversation {
  return { ...row, created_at: isoTime(row.created_at), updated_at: isoTime(row.updated_at) };
}

/** A conversation from the unit of work; `people` in the order in which they joined. */
export function fromRecords(record: ConversationRecord, people: readonly ParticipantRecord[]): Conversation {
  return {
    id: record.id,
    type: record.type,
    name: record.name ?? null,
    owner_id: record.owner_id ?? null,
    participants: people.map((person) => person.user_id),
    version: record.version,
    created_at: record.created_at.toISOString(),
    updated_at: record.updated_at.toISOString(),
  };
}
