-- Quiet hours name their days (1 is Monday), of the day on which the span begins. push_after_seconds: a connected user gets
-- pushes for messages that are still unread then; null: none.
alter table preferences
  add column quiet_days integer[] not null default '{1,2,3,4,5,6,7}',
  add column push_after_seconds integer;

-- What a user wants to be pushed of one conversation. A conversation without a row has the level all.
create table conversation_preferences (
  user_id bigint not null,
  conversation_id bigint not null,
  level text not null,
  muted_until timestamptz,
  primary key (user_id, conversation_id),
  constraint conversation_preferences_level check (level in ('all', 'mentions', 'none'))
);
