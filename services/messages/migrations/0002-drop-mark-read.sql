-- mark_read has another result now, which `create or replace` cannot change. functions/mark-read.sql creates it again.
drop function if exists mark_read(bigint, bigint, bigint);
