-- Account sync: which rows have changed since a client's last answer. For most rows that is the transaction that wrote the row
-- (its system column xmin), so a send writes nothing more. These columns are for questions that xmin does not answer.

-- The transaction that last changed the message after it was stored; null for none.
alter table messages add column changed_xid xid8;
create index messages_changed on messages (conversation_id, changed_xid) where changed_xid is not null;

create function note_message_change() returns trigger language plpgsql as $$
begin
  new.changed_xid := pg_current_xact_id();
  return new;
end
$$;
create trigger messages_change before update on messages for each row execute function note_message_change();

-- The transaction in which the member came.
alter table members add column joined_xid xid8 not null default pg_current_xact_id();

-- Whether the conversation has more than 50 members. Of those a client gets its own marker alone.
alter table conversations add column is_large boolean not null default false;
update conversations c set is_large = true
where exists (select from members m where m.conversation_id = c.id offset 50);

-- Users who have left a conversation, or are no longer invited into it, with the version in which they left.
create table departures (
  user_id bigint not null,
  conversation_id bigint not null,
  version integer not null,
  left_xid xid8 not null default pg_current_xact_id(),
  primary key (user_id, conversation_id)
);
create index departures_of_user on departures (user_id, left_xid);

-- Postgres finds the newest rows of a conversation by it, of all senders.
create index second_reads_of_conversation on second_reads (conversation_id, up_to_seq);

-- The lives of this database: a new one begins with each start of the server. A cursor names the life that it was given in.
-- A row counts only where the transaction that began the life wrote it: a restored backup has copies, which do not count.
create table lives (
  server_started_at timestamptz primary key default pg_postmaster_start_time(),
  id text not null unique,
  -- Signs the cursors of this life.
  key text not null,
  began_xid xid8 not null default pg_current_xact_id()
);
