/**
 * What is unread of a conversation `c` behind the marker of a member `me`: as the function `unread_of` says, written
 * out, since a call of it for each row costs more than the row.
 */
export const UNREAD = `
  case when c.seq <= me.read_seq then 0 else c.seq - me.read_seq - (
    select count(*) from messages t
    where t.conversation_id = c.id and t.seq > me.read_seq and t.deleted_at is not null
  ) end`;
