-- Stores a batch of sends in one transaction and one round trip. Every send is judged on its own: a refused send does not
-- affect the others. `conversation_ids` are those of the sends, each once. No send is automatic. Returns one row for each send.
--
-- Outcomes:
-- - stored: now, with its id and seq.
-- - known: stored before under the same client_message_id. message_id is that message.
-- - conflict: the client_message_id was used in another conversation.
-- - stranger: the sender is no member, as far as this copy knows.
-- - bad_reply: reply_to_id is a message of another conversation that the sender may see.
-- - no_reply: reply_to_id is no message that the sender may see.
-- - bad_mention: mentions names a user who is no member, as far as this copy knows.
-- - blocked, severed, needs_contract, policy, pending: the rules between people and companies refuse it (judge_crossing).
-- - one_by_one: the send has to go through store_message, by store_one_by_one, since automatic messages may lie behind the
--   markers of its conversation.
--
-- `readings`, in the first row alone, says what others learn of the markers of senders: those that moved over messages of
-- others, once for each sender and conversation.
create or replace function store_messages(conversation_ids bigint[], sends json)
returns table (
  ordinal integer, outcome text, message_id bigint, message_seq bigint, conversation_version integer,
  stored_at timestamptz, outbox_id bigint, readings json
)
language plpgsql as $$
declare
  at timestamptz;
  locked bigint[];
  all_locked boolean;
begin
  -- All batches lock in the same order, and before they look at anything that the lock guards. A conversation that becomes
  -- known only now is still unknown to this batch, since no lock guards its head.
  locked := array(select c.id from conversations c where c.id = any (conversation_ids) order by c.id for update);
  all_locked := cardinality(locked) = cardinality(conversation_ids);
  at := clock_timestamp();

  return query
  with batch as materialized (
    select s.*, s.position::integer as ordinal
    from rows from (
      json_to_recordset(sends) as (
        conversation_id bigint, sender_id bigint, client_message_id text, type text, content text, attachments json,
        reply_to_id bigint, mentions json
      )
    ) with ordinality as s (
      conversation_id, sender_id, client_message_id, type, content, attachments, reply_to_id, mentions, position
    )
  ),
  judged as materialized (
    select b.*, c.version, c.seq as head_seq, c.last_sender_id, c.first_read_seq, me.read_seq as marker, k.id as known_id,
      case
        when me.user_id is null or c.id is null then 'stranger'
        when k.id is not null and k.conversation_id = b.conversation_id then 'known'
        when k.id is not null then 'conflict'
        when c.first_reader_id is not null or c.automatic_seq > c.first_read_seq or me.automatic_seq > me.read_seq
          then 'one_by_one'
        -- A direct conversation that is not accepted takes one message alone.
        when c.state = 'pending' then 'one_by_one'
        when c.is_guarded and judge_crossing(b.conversation_id, b.sender_id, b.content, b.attachments is not null) is not null
          then judge_crossing(b.conversation_id, b.sender_id, b.content, b.attachments is not null)
        when b.reply_to_id is null and b.mentions is null then 'stored'
        else judge_references(b.sender_id, b.conversation_id, b.reply_to_id, b.mentions)
      end as verdict
    from batch b
    left join conversations c on c.id = b.conversation_id and (all_locked or c.id = any (locked))
    left join members me on me.conversation_id = b.conversation_id and me.user_id = b.sender_id
    left join messages k on k.sender_id = b.sender_id and k.client_message_id = b.client_message_id
  ),
  -- Stored sends get their seq and id here, so that nothing below has to look up inserted rows.
  numbered as materialized (
    select j.*,
      case when j.verdict = 'stored' then j.head_seq + row_number() over in_order end as seq,
      case when j.verdict = 'stored' then nextval('messages_id_seq') end as id,
      lag(j.sender_id, 1, j.last_sender_id) over in_order as previous_sender_id
    from judged j
    window in_order as (partition by j.conversation_id, j.verdict = 'stored' order by j.ordinal)
  ),
  inserted as (
    insert into messages (
      conversation_id, seq, id, sender_id, client_message_id, type, content, attachments, mentions, reply_to_id, created_at
    )
    select n.conversation_id, n.seq, n.id, n.sender_id, n.client_message_id, n.type, n.content, n.attachments, n.mentions,
      n.reply_to_id, at
    from numbered n
    where n.seq is not null
  ),
  mentioned as (
    insert into mentions (conversation_id, user_id, seq, sender_id)
    select n.conversation_id, u.user_id, n.seq, n.sender_id
    from numbered n cross join lateral mentioned_users(n.sender_id, n.mentions) u
    where n.seq is not null and n.mentions is not null
  ),
  -- The sends of each sender: the last one moves the marker. A user who answers has read everything before the answer.
  own as materialized (
    select n.conversation_id, n.sender_id, max(n.seq) as seq, min(n.marker) as marker, min(n.first_read_seq) as first_read_seq,
      max(n.seq - 1) filter (where n.previous_sender_id <> n.sender_id) as answered_seq
    from numbered n where n.seq is not null group by n.conversation_id, n.sender_id
  ),
  moved as materialized (
    select n.conversation_id, min(n.seq) as first_seq, max(n.seq) as seq,
      (array_agg(n.sender_id order by n.seq desc))[1] as last_sender_id,
      max(n.seq - 1) filter (
        where n.previous_sender_id <> n.sender_id and n.seq - 1 > n.first_read_seq
      ) as answered_seq
    from numbered n
    where n.seq is not null
    group by n.conversation_id
  ),
  first_read as (
    insert into first_reads (conversation_id, up_to_seq, read_at)
    select m.conversation_id, m.answered_seq, at from moved m where m.answered_seq is not null
  ),
  heads as (
    update conversations c
    set seq = m.seq, last_sender_id = m.last_sender_id, activity_at = at,
      first_read_seq = coalesce(m.answered_seq, c.first_read_seq)
    from moved m
    where c.id = m.conversation_id
  ),
  markers as (
    update members m set read_seq = own.seq
    from own
    where m.conversation_id = own.conversation_id and m.user_id = own.sender_id and m.read_seq < own.seq
  ),
  event as (
    insert into outbox (payload)
    select json_build_object('stretches', json_agg(json_build_object(
      'conversation_id', m.conversation_id, 'first_seq', m.first_seq, 'last_seq', m.seq
    )))
    from moved m
    having count(*) > 0
    returning id
  )
  select n.ordinal, n.verdict, coalesce(n.id, n.known_id), n.seq, n.version, at, (select e.id from event e),
    case when n.ordinal = 1 then (
      select json_agg(json_build_object(
        'conversation_id', o.conversation_id, 'user_id', o.sender_id, 'up_to_seq', o.answered_seq,
        'read_at', case when o.answered_seq > o.first_read_seq then at else (
          select f.read_at from first_reads f
          where f.conversation_id = o.conversation_id and f.up_to_seq >= o.answered_seq order by f.up_to_seq limit 1
        ) end
      ))
      from own o where o.answered_seq > least(o.marker, o.first_read_seq)
    ) end
  from numbered n
  order by n.ordinal;
end
$$;

-- Stores sends one after the other, in one transaction: as many calls of store_message, with their outcomes. Each stored
-- send has an outbox row of its own.
create or replace function store_one_by_one(conversation_ids bigint[], sends json)
returns table (
  ordinal integer, outcome text, message_id bigint, message_seq bigint, conversation_version integer,
  stored_at timestamptz, outbox_id bigint, readings json
)
language plpgsql as $$
begin
  perform from conversations c where c.id = any (conversation_ids) order by c.id for update;
  return query
  select s.position::integer, one.*
  from rows from (
    json_to_recordset(sends) as (
      conversation_id bigint, sender_id bigint, client_message_id text, type text, content text, attachments json,
      reply_to_id bigint, mentions json, marks_read boolean
    )
  ) with ordinality as s (
    conversation_id, sender_id, client_message_id, type, content, attachments, reply_to_id, mentions, marks_read, position
  )
  cross join lateral store_message(
    s.conversation_id, s.sender_id, s.client_message_id, s.type, s.content, s.attachments, s.reply_to_id, s.mentions,
    s.marks_read
  ) as one
  order by 1;
end
$$;

-- The outcome of a send that answers a message or mentions users. Postgres calls this function and does not inline it, so
-- that sends that do neither, which are most, do not pay for its plans.
create or replace function judge_references(sender bigint, conversation bigint, reply_to bigint, mentioned json)
returns text
language plpgsql stable as $$
declare
  replied_in bigint;
begin
  if reply_to is not null then
    select r.conversation_id into replied_in
    from messages r join members m on m.conversation_id = r.conversation_id and m.user_id = sender and m.hidden_seq < r.seq
    where r.id = reply_to;
    if replied_in is distinct from conversation then
      return case when found then 'bad_reply' else 'no_reply' end;
    end if;
  end if;
  if json_typeof(mentioned) = 'array' and exists (
    select from json_array_elements_text(mentioned) as u (user_id)
    where not exists (
      select from members m where m.conversation_id = conversation and m.user_id = u.user_id::bigint
    )
  ) then
    return 'bad_mention';
  end if;
  return 'stored';
end
$$;

-- The users that a message mentions, each once and without its sender. User 0 stands for all.
create or replace function mentioned_users(sender bigint, mentioned json)
returns table (user_id bigint)
language plpgsql immutable as $$
begin
  if json_typeof(mentioned) = 'string' then
    return query select 0::bigint;
  else
    return query select distinct u.id::bigint from json_array_elements_text(mentioned) as u (id) where u.id::bigint <> sender;
  end if;
end
$$;
