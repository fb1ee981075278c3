-- Stores a batch of sends in one transaction and one round trip. Every send is judged for itself; what is refused does
-- not touch the others. Returns one row for each send:
--   stored     now, with its id and seq
--   known      stored before under the same client_message_id; message_id is that message
--   conflict   the client_message_id was used in another conversation
--   stranger   the sender is no member, as far as this copy knows
--   bad_reply  reply_to_id is a message of another conversation that the sender may see
--   no_reply   reply_to_id is no message that the sender may see
create function store_messages(sends json)
returns table (
  ordinal integer, outcome text, message_id bigint, message_seq bigint, conversation_version integer,
  stored_at timestamptz, outbox_id bigint
)
language plpgsql as $$
declare
  conversation_ids bigint[];
  at timestamptz;
begin
  select array_agg(distinct s.conversation_id) into conversation_ids
  from json_to_recordset(sends) as s (conversation_id bigint);

  -- All batches lock in the same order, and before they look at anything that the lock guards.
  perform from conversations c where c.id = any (conversation_ids) order by c.id for update;
  at := clock_timestamp();

  return query
  with batch as materialized (
    select s.*, s.position::integer as ordinal
    from rows from (
      json_to_recordset(sends) as (
        conversation_id bigint, sender_id bigint, client_message_id text, type text, content text, attachments json,
        reply_to_id bigint
      )
    ) with ordinality as s (
      conversation_id, sender_id, client_message_id, type, content, attachments, reply_to_id, position
    )
  ),
  judged as materialized (
    select b.*, c.version, c.seq as head_seq, c.last_sender_id, k.id as known_id,
      case
        when me.user_id is null then 'stranger'
        when k.id is not null and k.conversation_id = b.conversation_id then 'known'
        when k.id is not null then 'conflict'
        when b.reply_to_id is null or r.conversation_id = b.conversation_id then 'stored'
        when exists (
          select from members rm where rm.conversation_id = r.conversation_id and rm.user_id = b.sender_id
        ) then 'bad_reply'
        else 'no_reply'
      end as verdict
    from batch b
    left join conversations c on c.id = b.conversation_id
    left join members me on me.conversation_id = b.conversation_id and me.user_id = b.sender_id
    left join messages k on k.sender_id = b.sender_id and k.client_message_id = b.client_message_id
    left join messages r on r.id = b.reply_to_id
  ),
  fresh as materialized (
    select j.*,
      j.head_seq + row_number() over in_order as seq,
      lag(j.sender_id, 1, j.last_sender_id) over in_order as previous_sender_id
    from judged j
    where j.verdict = 'stored'
    window in_order as (partition by j.conversation_id order by j.ordinal)
  ),
  inserted as (
    insert into messages (
      conversation_id, seq, sender_id, client_message_id, type, content, attachments, reply_to_id, created_at
    )
    select f.conversation_id, f.seq, f.sender_id, f.client_message_id, f.type, f.content, f.attachments, f.reply_to_id, at
    from fresh f
    order by f.ordinal
    returning messages.conversation_id, messages.seq, messages.id
  ),
  -- Whoever answers has read what stands before the answer.
  answered as (
    select f.conversation_id, max(f.seq) - 1 as up_to_seq
    from fresh f
    where f.previous_sender_id is distinct from f.sender_id and f.seq > 1
    group by f.conversation_id
  ),
  first_read as (
    insert into first_reads (conversation_id, up_to_seq, read_at)
    select a.conversation_id, a.up_to_seq, at
    from answered a join conversations c on c.id = a.conversation_id
    where a.up_to_seq > c.first_read_seq
  ),
  heads as (
    update conversations c
    set seq = f.seq, last_sender_id = f.sender_id, activity_at = at,
      first_read_seq = greatest(c.first_read_seq, a.up_to_seq)
    from (
      select distinct on (conversation_id) conversation_id, fresh.seq, fresh.sender_id
      from fresh order by conversation_id, fresh.seq desc
    ) f
    left join answered a on a.conversation_id = f.conversation_id
    where c.id = f.conversation_id
  ),
  markers as (
    update members m set read_seq = f.seq
    from (
      select conversation_id, sender_id, max(fresh.seq) as seq from fresh group by conversation_id, sender_id
    ) f
    where m.conversation_id = f.conversation_id and m.user_id = f.sender_id and m.read_seq < f.seq
  ),
  event as (
    insert into outbox (payload)
    select jsonb_build_object('messages', jsonb_agg(jsonb_build_object(
      'message_id', i.id, 'conversation_id', f.conversation_id, 'seq', f.seq, 'sender_id', f.sender_id,
      'conversation_version', f.version
    ) order by f.ordinal))
    from fresh f join inserted i on i.conversation_id = f.conversation_id and i.seq = f.seq
    having count(*) > 0
    returning id
  )
  select j.ordinal, j.verdict, coalesce(i.id, j.known_id), f.seq, j.version, at, (select e.id from event e)
  from judged j
  left join fresh f on f.ordinal = j.ordinal
  left join inserted i on i.conversation_id = f.conversation_id and i.seq = f.seq
  order by j.ordinal;
end
$$;
