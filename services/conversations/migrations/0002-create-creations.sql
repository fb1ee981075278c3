-- Creations under a key of the caller, kept for a day.
create table creations (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  key text not null,
  fingerprint text not null,
  conversation_id bigint not null,
  message_key text not null,
  created boolean not null,
  answer text,
  created_at timestamptz(3) not null,
  constraint creations_key unique (user_id, key)
);

create index creations_created_at on creations (created_at);
