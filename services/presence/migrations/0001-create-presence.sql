-- Living gateways, the users connected to each, and the status of every user ever seen.
create table gateways (
  gateway_id text primary key,
  last_beat_at timestamptz not null default now(),
  users integer not null default 0 check (users >= 0)
);

comment on column gateways.users is 'Rows of this gateway in connections, counted as they change';

create table connections (
  gateway_id text not null references gateways,
  user_id bigint not null,
  primary key (gateway_id, user_id)
);

create index connections_of_user on connections (user_id);

create table users (
  user_id bigint primary key,
  is_online boolean not null default false,
  announced_online boolean not null default false,
  last_seen timestamptz,
  offline_due_at timestamptz,
  check (offline_due_at is null or is_online)
);

comment on column users.announced_online is 'What was last published of this user';

comment on column users.offline_due_at is 'Set while online without a connection: the end of the grace';

create index users_offline_due on users (offline_due_at) where offline_due_at is not null;

create index users_unannounced on users (user_id) where is_online <> announced_online;

create index users_online on users (user_id) where is_online;
