-- When the first user other than the sender had read a message; null when none has. One `select` in `from`, which Postgres
-- inlines.
create or replace function read_at_of(conversation bigint, message_seq bigint, sender bigint)
returns table (read_at timestamptz)
language sql stable as $$
  select (
    select case when f.reader_id is distinct from sender then f.read_at else (
      select s.read_at from second_reads s
      where s.conversation_id = conversation and s.sender_id = sender and s.up_to_seq >= message_seq
      order by s.up_to_seq limit 1
    ) end
    from first_reads f
    where f.conversation_id = conversation and f.up_to_seq >= message_seq order by f.up_to_seq limit 1
  )
$$;
