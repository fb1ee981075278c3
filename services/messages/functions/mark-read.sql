-- Moves a member's marker forward, never back and never past the newest message. Returns no row for a user who is no
-- member. `read_at` is the one of the history: when the first reader had come as far as the marker, or else as far as
-- `wanted_seq`. `announced_seq` is how far the others are notified: null when this call changed nothing.
create or replace function mark_read(reader bigint, conversation bigint, wanted_seq bigint)
returns table (up_to_seq bigint, read_at timestamptz, unread_count bigint, announced_seq bigint)
language plpgsql as $$
declare
  head_seq bigint;
  seen_seq bigint;
  newest_sender_id bigint;
  is_mixed boolean;
  marker bigint;
  came_at_seq bigint;
  target bigint;
  noted_at timestamptz;
begin
  select c.seq, c.first_read_seq, c.last_sender_id, m.read_seq, m.joined_seq,
    c.first_reader_id is not null or c.automatic_seq > c.first_read_seq
  into head_seq, seen_seq, newest_sender_id, marker, came_at_seq, is_mixed
  from members m join conversations c on c.id = m.conversation_id
  where m.conversation_id = conversation and m.user_id = reader;
  if not found then
    return;
  end if;

  target := least(wanted_seq, head_seq);
  -- All messages behind `first_read_seq` are of the newest sender, since a user who answers reads, unless the conversation is
  -- mixed by automatic messages. Another user who came later has a marker behind them from the beginning, and still is their
  -- first reader.
  if target > marker or (target > seen_seq and reader <> newest_sender_id) then
    -- As sends do, this locks the conversation before the member, and only where the reader reads furthest of all.
    if target > seen_seq or is_mixed then
      select c.first_read_seq, c.first_reader_id is not null or c.automatic_seq > c.first_read_seq into seen_seq, is_mixed
      from conversations c where c.id = conversation for update;
    end if;
    update members m set read_seq = target
    where m.conversation_id = conversation and m.user_id = reader and m.read_seq < target;
    if found then
      announced_seq := target;
    end if;
    if is_mixed then
      if announced_seq is not null or came_at_seq >= target then
        noted_at := note_reading(conversation, reader, target, clock_timestamp());
      end if;
      if noted_at is not null then
        announced_seq := target;
      end if;
    else
      update conversations c set first_read_seq = target
      where target > seen_seq and c.id = conversation and c.first_read_seq < target
        and (announced_seq is not null or c.last_sender_id <> reader);
      if found then
        announced_seq := target;
        insert into first_reads (conversation_id, up_to_seq, read_at) values (conversation, target, clock_timestamp());
      end if;
    end if;
  end if;

  return query
  select m.read_seq, coalesce(
      noted_at,
      (
        select f.read_at from first_reads f
        where f.conversation_id = conversation and f.up_to_seq >= coalesce(mark_read.announced_seq, m.read_seq)
        order by f.up_to_seq limit 1
      ),
      (
        select f.read_at from first_reads f
        where f.conversation_id = conversation and f.up_to_seq >= target order by f.up_to_seq limit 1
      )
    ), u.unread, mark_read.announced_seq
  from members m join conversations c on c.id = m.conversation_id
  cross join lateral count_unread(m.conversation_id, c.seq, m.user_id, m.read_seq, m.automatic_seq) u
  where m.conversation_id = conversation and m.user_id = reader;
end
$$;
