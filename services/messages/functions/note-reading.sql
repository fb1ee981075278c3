-- Notes that a user has read up to a seq, in a conversation where messages behind first_read_seq may be of several senders.
-- Only automatic sends bring a conversation there: every other send reads what lies before it. The caller has locked the
-- conversation. Returns `read_time`, or null when there is nothing to note.
--
-- Messages up to first_read_seq are read, but for those of first_reader_id behind second_read_seq: their sender read them
-- alone. When another user reads them, second_reads gets a row.
create or replace function note_reading(conversation bigint, reader bigint, target bigint, read_time timestamptz)
returns timestamptz
language plpgsql as $$
declare
  first_seq bigint;
  second_seq bigint;
  first_reader bigint;
  newest_automatic bigint;
  newest_sender bigint;
  noted_at timestamptz;
begin
  select c.first_read_seq, c.second_read_seq, c.first_reader_id, c.automatic_seq, c.last_sender_id
  into first_seq, second_seq, first_reader, newest_automatic, newest_sender
  from conversations c where c.id = conversation;
  if first_reader is null then
    second_seq := first_seq;
  end if;

  if first_reader <> reader and target > second_seq then
    second_seq := least(target, first_seq);
    insert into second_reads values (conversation, first_reader, second_seq, read_time);
    noted_at := read_time;
  end if;
  if second_seq = first_seq then
    first_reader := null;
  end if;

  -- Behind the newest automatic message, all messages that were not read are of the newest sender.
  if target > first_seq and (newest_automatic > first_seq or newest_sender <> reader) then
    insert into first_reads (conversation_id, up_to_seq, read_at, reader_id)
    values (conversation, target, read_time, reader);
    first_seq := target;
    first_reader := reader;
    noted_at := read_time;
  end if;

  if noted_at is not null then
    update conversations c
    set first_read_seq = first_seq, second_read_seq = second_seq, first_reader_id = first_reader
    where c.id = conversation;
  end if;
  return noted_at;
end
$$;
