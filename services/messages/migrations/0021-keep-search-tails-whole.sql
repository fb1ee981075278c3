-- The words of a tail are read by every search in its conversation, so they stay in the row as they are.
alter table search_tails alter column words set storage external;
alter table search_tails set (toast_tuple_target = 8160);
