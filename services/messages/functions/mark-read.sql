-- Moves a member's marker forward, never back and never past the newest message. Returns no row for a user who is no
-- member. `read_at` is the present also when the marker stood there already, and null when it stood further.
create or replace function mark_read(reader bigint, conversation bigint, wanted_seq bigint)
returns table (up_to_seq bigint, read_at timestamptz, unread_count bigint)
language plpgsql as $$
declare
  head_seq bigint;
  seen_seq bigint;
  marker bigint;
  target bigint;
begin
  select c.seq, c.first_read_seq, m.read_seq into head_seq, seen_seq, marker
  from members m join conversations c on c.id = m.conversation_id
  where m.conversation_id = conversation and m.user_id = reader;
  if not found then
    return;
  end if;

  target := least(wanted_seq, head_seq);
  if target > marker then
    -- As sends do, this locks the conversation before the member, and only where the reader reads furthest of all.
    if target > seen_seq then
      perform from conversations c where c.id = conversation for update;
    end if;
    update members m set read_seq = target
    where m.conversation_id = conversation and m.user_id = reader and m.read_seq < target;
    if found then
      read_at := clock_timestamp();
      update conversations c set first_read_seq = target
      where target > seen_seq and c.id = conversation and c.first_read_seq < target;
      if found then
        insert into first_reads values (conversation, target, mark_read.read_at);
      end if;
    end if;
  elsif target = marker then
    read_at := clock_timestamp();
  end if;

  return query
  select m.read_seq, mark_read.read_at, u.unread
  from members m join conversations c on c.id = m.conversation_id
  cross join lateral count_unread(m.conversation_id, c.seq, m.read_seq) u
  where m.conversation_id = conversation and m.user_id = reader;
end
$$;
