-- Conversations, their participants, and the outbox.
create table conversations (
  id bigint generated always as identity primary key,
  type text not null,
  name text,
  owner_id bigint,
  direct_low bigint,
  direct_high bigint,
  version integer not null check (version > 0),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint conversations_direct_pair unique (direct_low, direct_high),
  constraint conversations_type check (
    case type
      when 'direct' then
        coalesce(direct_low < direct_high, false) and name is null and owner_id is null
      when 'group' then
        direct_low is null and direct_high is null and name is not null
      else false
    end
  )
);

create table participants (
  conversation_id bigint not null references conversations,
  user_id bigint not null,
  position integer not null,
  joined_at timestamptz(3) not null,
  primary key (conversation_id, user_id)
);

create index participants_of_user on participants (user_id, conversation_id);

create table outbox (
  id bigint generated always as identity primary key,
  payload json not null,
  created_at timestamptz not null default now()
);
