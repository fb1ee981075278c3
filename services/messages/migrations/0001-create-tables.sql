-- formerly: 001-tables
-- Order and copy of membership. `version` is that of the conversation in its own service; a row exists for every
-- conversation that this service has heard of.
create table conversations (
  id bigint primary key,
  version integer not null,
  -- The seq of the newest message; 0 before the first.
  seq bigint not null default 0,
  -- Who wrote the newest message.
  last_sender_id bigint,
  -- Up to here somebody other than the sender has read.
  first_read_seq bigint not null default 0,
  -- When the newest message was stored; before the first, when the conversation was created.
  activity_at timestamptz not null
) with (fillfactor = 70);

-- One marker per member. Unread is the conversation's seq less the marker, tombstones not counted.
create table members (
  conversation_id bigint not null,
  user_id bigint not null,
  read_seq bigint not null,
  -- One of the member's devices has everything up to here; what was read was delivered, so the larger of both counts.
  delivered_seq bigint not null,
  -- The conversation's seq when the member came; live delivery begins behind it.
  joined_seq bigint not null,
  primary key (conversation_id, user_id)
) with (fillfactor = 70);
create index members_of_user on members (user_id);

-- Ids are given by store_messages and store_message, together with the seq.
create sequence messages_id_seq;
create table messages (
  conversation_id bigint not null,
  seq bigint not null,
  id bigint not null default nextval('messages_id_seq'),
  sender_id bigint not null,
  client_message_id text,
  type text not null,
  content text,
  -- Null stands for none: most messages have none.
  attachments json,
  reply_to_id bigint,
  -- Whether there is anything in `reactions`, so that a page without reactions never looks there.
  has_reactions boolean not null default false,
  created_at timestamptz not null,
  edited_at timestamptz,
  deleted_at timestamptz,
  primary key (conversation_id, seq)
);
create unique index messages_id on messages (id);
-- A send is stored once, for ever.
create unique index messages_client_message_id on messages (sender_id, client_message_id)
  where client_message_id is not null;
create index messages_tombstones on messages (conversation_id, seq) where deleted_at is not null;

create table reactions (
  message_id bigint not null,
  emoji text not null,
  user_id bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (message_id, emoji, user_id)
);

-- How far, and when, the first reader other than the sender had come. `read_at` of a message is that of the first row
-- at or behind it. One row per step of the conversation, never one per message and member.
create table first_reads (
  conversation_id bigint not null,
  up_to_seq bigint not null,
  read_at timestamptz not null,
  primary key (conversation_id, up_to_seq)
);

-- Events that wait for the bus.
create table outbox (
  id bigint generated always as identity primary key,
  payload json not null,
  created_at timestamptz not null default now()
);
