-- The company of all known members of a conversation that is not guarded; null while that is not known.
alter table conversations add column sole_company_id bigint;
