-- Brings the queues of these devices up to date. It locks them first, in order, and so sees the pushes that others made
-- pending before. A push that becomes pending later updates the queue itself. A queue is not due while its device has to
-- wait.
create or replace function update_queues(devices bigint[], owners bigint[]) returns void language plpgsql as $$
begin
  insert into queues (device_id, user_id)
  select distinct given.device_id, given.user_id from unnest(devices, owners) as given (device_id, user_id)
  order by given.device_id
  on conflict (device_id) do update set user_id = excluded.user_id where queues.user_id <> excluded.user_id;

  update queues q set due_at = first.due_at
  from (
    select locked.device_id, case when pending.due_at is not null then greatest(pending.due_at, locked.paused_until) end as due_at
    from queues locked cross join lateral (
      select min(p.next_attempt_at) as due_at from pushes p where p.device_id = locked.device_id and p.state = 'pending'
    ) pending
    where locked.device_id = any(devices)
  ) first
  where q.device_id = first.device_id and q.due_at is distinct from first.due_at
    and not coalesce(q.due_at <= now() and first.due_at <= now(), false);
end $$;
