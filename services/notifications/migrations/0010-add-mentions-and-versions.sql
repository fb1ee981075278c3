-- A mention passes the level `mentions`. The time for unread messages counts from the message, not from the record.
alter table pushes
  add column is_mention boolean not null default false,
  add column message_created_at timestamptz;

-- Grows with every change of a user's preferences; 0 before the first.
alter table preferences add column version integer not null default 1;
