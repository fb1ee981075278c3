-- The reactions of one message: emojis in the order of their first use, users in the order of theirs.
create or replace function reactions_of(message bigint)
returns json
language sql stable as $$
  select json_agg(json_build_object('emoji', e.emoji, 'user_ids', e.user_ids) order by e.first_at, e.emoji)
  from (
    select r.emoji, min(r.created_at) as first_at, json_agg(r.user_id order by r.created_at, r.user_id) as user_ids
    from reactions r where r.message_id = message group by r.emoji
  ) e
$$;
