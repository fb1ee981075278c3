-- Users who have left a conversation at some time, also those who have come back since.
create table departures (
  conversation_id bigint not null,
  user_id bigint not null,
  primary key (conversation_id, user_id)
);

-- The version of the conversation in which the participant came back; null for a participant who never left.
alter table participants add column returned_version integer;
