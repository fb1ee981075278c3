-- Users who are invited into a group. They get one push each, and no message of it.
create table invitations (
  conversation_id bigint not null,
  user_id bigint not null,
  primary key (conversation_id, user_id)
);

-- The push of an invitation has no message. Its message_id is the negative id of the conversation, and its seq is 0.
alter table pushes add column is_invitation boolean not null default false;
