-- formerly: 20260101000000-create-tables
-- The tables of notifications.
-- Own copy of who is in which conversation, as of `version` of the conversation in its own service.
create table conversations (
  conversation_id bigint primary key,
  version integer not null
);

create table participants (
  conversation_id bigint not null,
  user_id bigint not null,
  primary key (conversation_id, user_id)
);

-- target_key: what makes two targets the same, so that registering one again makes no second device.
create table devices (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  provider text not null,
  target jsonb not null,
  target_key text not null,
  secret text,
  created_at timestamptz not null,
  constraint devices_target unique (user_id, provider, target_key)
);

create table preferences (
  user_id bigint primary key,
  muted_conversation_ids bigint[] not null,
  quiet_start text,
  quiet_end text,
  quiet_time_zone text,
  constraint preferences_quiet_hours check (num_nulls(quiet_start, quiet_end, quiet_time_zone) in (0, 3))
);

-- The record of what was pushed to whom, or why not. No foreign key to devices: it outlives them. Of what is
-- pending, next_attempt_at says when it is due; who takes it moves that ahead, which is the lease.
create table pushes (
  id bigint generated always as identity primary key,
  message_id bigint not null,
  conversation_id bigint not null,
  seq bigint not null,
  user_id bigint not null,
  device_id bigint not null,
  provider text not null,
  state text not null check (state in ('pending', 'sent', 'failed', 'skipped')),
  reason text,
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  constraint pushes_once unique (message_id, device_id),
  constraint pushes_due check ((state = 'pending') = (next_attempt_at is not null))
);

create index pushes_pending on pushes (next_attempt_at, id) where state = 'pending';

create index pushes_pending_of_device on pushes (device_id) where state = 'pending';

-- Rows come in the order of created_at, so the smallest index there is finds the old ones.
create index pushes_created_at on pushes using brin (created_at);
