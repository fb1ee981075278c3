import type { Conversation } from '@vestnik/contracts';
import { isoTime } from '@vestnik/database';
import type { ConversationRecord, ParticipantRecord } from './schema.ts';

/** A conversation as a statement reads it: times as Postgres writes them. */
export type ConversationRow = Conversation;

/** The columns of a conversation `c` that every statement selects, with its participants at the same moment. */
export const CONVERSATION_COLUMNS = `
  c.id, c.type, c.name, c.owner_id, c.version, c.created_at, c.updated_at,
  array(select p.user_id from participants p where p.conversation_id = c.id order by p.position) as participants`;

/** Returns the conversation of a statement's row. */
export function fromRow(row: ConversationRow): Conversation {
  return { ...row, created_at: isoTime(row.created_at), updated_at: isoTime(row.updated_at) };
}

/** Returns the conversation of the unit of work; `participants` in the order in which they joined. */
export function fromRecords(record: ConversationRecord, participants: readonly ParticipantRecord[]): Conversation {
  return {
    id: record.id,
    type: record.type,
    name: record.name ?? null,
    owner_id: record.owner_id ?? null,
    participants: participants.map((participant) => participant.user_id),
    version: record.version,
    created_at: record.created_at.toISOString(),
    updated_at: record.updated_at.toISOString(),
  };
}
