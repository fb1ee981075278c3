-- Messages up to hidden_seq are hidden from the member, who joined behind them and sees no history; 0 for none.
alter table members add column hidden_seq bigint not null default 0;
create index members_with_hidden on members (conversation_id, hidden_seq) where hidden_seq > 0;

-- The file of this function creates it again, with one more argument.
drop function if exists apply_conversation(bigint, integer, bigint[], timestamptz, text, text, bigint[]);
