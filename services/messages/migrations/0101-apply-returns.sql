-- The file of this function creates it again, with one more argument.
drop function if exists apply_conversation(bigint, integer, bigint[], timestamptz, text, text, bigint[], bigint[]);
