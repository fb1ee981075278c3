-- Versions, mentions and pins of messages, and sends that leave the sender's marker where it is.
alter table messages
  -- Grows with content, reactions, pin and deletion.
  add column version integer not null default 1,
  -- A list of user ids, or "all"; null for none.
  add column mentions json,
  add column pinned_at timestamptz,
  -- The send left its sender's marker where it was.
  add column is_automatic boolean not null default false;
create index messages_automatic on messages (conversation_id, sender_id, seq) where is_automatic;
create index messages_pinned on messages (conversation_id, pinned_at, seq) where pinned_at is not null;

-- The users that a message mentions, by which unread mentions are counted. User 0 stands for all. A deletion removes them.
create table mentions (
  conversation_id bigint not null,
  user_id bigint not null,
  seq bigint not null,
  sender_id bigint not null,
  primary key (conversation_id, user_id, seq)
);

-- The seq of the newest automatic message; 0 for none.
alter table conversations
  add column automatic_seq bigint not null default 0,
  -- The reader of first_read_seq, while messages of this user behind second_read_seq wait for another reader. Null: none wait.
  add column first_reader_id bigint,
  add column second_read_seq bigint not null default 0;
alter table members add column automatic_seq bigint not null default 0;

-- The reader of a step of which some messages are the reader's own: those do not count as read by it. Null: none are.
alter table first_reads add column reader_id bigint;

-- When the messages of a first reader, up to a seq, were read by another user.
create table second_reads (
  conversation_id bigint not null,
  sender_id bigint not null,
  up_to_seq bigint not null,
  read_at timestamptz not null,
  primary key (conversation_id, sender_id, up_to_seq)
);

-- The files of these functions create them again, with other arguments or results.
drop function if exists store_message(bigint, bigint, text, text, text, json, bigint);
drop function if exists store_messages(bigint[], json);
drop function if exists judge_reply(bigint, bigint, bigint);
drop function if exists count_unread(bigint, bigint, bigint);
