-- Updates the queues of pushes that become pending, become due at another time, or are no longer pending.
create or replace function queue_pushes() returns trigger language plpgsql as $$
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
