-- Brings the queues of these devices up to date. It locks them first, in order; what others made pending before that
-- is seen behind the lock, and what they make pending later they tell themselves.
create or replace function update_queues(devices bigint[], owners bigint[]) returns void language plpgsql as $$
begin
  insert into queues (device_id, user_id)
  select distinct given.device_id, given.user_id from unnest(devices, owners) as given (device_id, user_id)
  order by given.device_id
  on conflict (device_id) do update set user_id = excluded.user_id where queues.user_id <> excluded.user_id;

  update queues q set due_at = first.due_at
  from (
    select given.device_id, (
      select min(p.next_attempt_at) from pushes p where p.device_id = given.device_id and p.state = 'pending'
    ) as due_at
    from unnest(devices) as given (device_id)
  ) first
  where q.device_id = first.device_id and q.due_at is distinct from first.due_at
    and not coalesce(q.due_at <= now() and first.due_at <= now(), false);
end $$;
