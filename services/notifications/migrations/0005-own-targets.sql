-- One target has one device over all users, and the user who registered it last owns it.
alter table devices drop constraint devices_target;

with moved as (
  delete from devices d using devices newer
  where newer.provider = d.provider and newer.target_key = d.target_key and newer.id > d.id
  returning d.id
)
update pushes set state = 'skipped', reason = 'device moved', next_attempt_at = null, held_at = null, done_at = now()
where state in ('pending', 'held') and device_id in (select id from moved);

alter table devices add constraint devices_target unique (provider, target_key);

create index devices_of_user on devices (user_id, id);

-- The keys of older releases did not fold the spellings of a target. The service computes these keys again.
create index devices_old_keys on devices (id) where target_key !~~ 'v2:%';

-- The owner sees whether a device works. version: a verdict about an older state changes nothing.
alter table devices
  add column version integer not null default 1,
  add column state text not null default 'active',
  add column last_error text,
  add constraint devices_state check (state in ('active', 'failing', 'suspended'));

-- A target that answers "too many requests" says how long its device has to wait.
alter table queues add column paused_until timestamptz;
