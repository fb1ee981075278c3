-- The files of find_search_tails and find_search_blocks take the place of this function.
drop function if exists find_search_ranges(bigint, bigint, bigint, bigint, timestamptz, timestamptz, json, integer);

-- More forms of words have a stem in common, so all messages are indexed again.
update search_walks set after_conversation_id = 0, after_seq = 0, is_rebuild = true, finished_at = null;
