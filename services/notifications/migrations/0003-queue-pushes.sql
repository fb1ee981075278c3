-- formerly: 20260301000000-queue-pushes
-- A queue for each device, so that the due pushes of one device are found however many pushes wait for other devices.
-- No foreign key to devices, as with pushes. due_at: when the first pending push is due; null when nothing is
-- pending. While something is due it is the place among the queues, which a claim moves to the back.
create table queues (
  device_id bigint primary key,
  user_id bigint not null,
  due_at timestamptz,
  faltering boolean not null default false
);

create index queues_due on queues (faltering, due_at, device_id) where due_at is not null;

drop index pushes_pending, pushes_pending_of_device;

create index pushes_pending on pushes (device_id, next_attempt_at, id) where state = 'pending';

-- Brings the queues of these devices up to date. It locks them first, in order; what others made pending before that
-- is seen behind the lock, and what they make pending later they tell themselves.
create function update_queues(devices bigint[], owners bigint[]) returns void language plpgsql as $$
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

-- Pushes that become pending, stay so at another time, or are pending no more.
create function queue_pushes() returns trigger language plpgsql as $$
declare
  devices bigint[];
  owners bigint[];
begin
  if tg_op = 'INSERT' then
    select array_agg(device_id), array_agg(user_id) into devices, owners from changed where state = 'pending';
  else
    select array_agg(device_id), array_agg(user_id) into devices, owners from (
      select device_id, user_id from earlier where state = 'pending'
      union select device_id, user_id from changed where state = 'pending'
    ) touched;
  end if;
  if devices is not null then
    perform update_queues(devices, owners);
  end if;
  return null;
end $$;

create trigger queue_inserted after insert on pushes
referencing new table as changed for each statement execute function queue_pushes();

create trigger queue_updated after update on pushes
referencing old table as earlier new table as changed for each statement execute function queue_pushes();

insert into queues (device_id, user_id, due_at)
select device_id, min(user_id), min(next_attempt_at) from pushes where state = 'pending' group by device_id;
