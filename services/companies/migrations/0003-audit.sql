-- The record of what was done in and to a company. Nobody changes it: entries are only added, each with the hash of the one
-- before.
create table audit_entries (
  id bigint generated always as identity primary key,
  company_id bigint not null,
  at text not null,
  actor_id bigint,
  actor_company_id bigint,
  action text not null,
  object text not null,
  detail json not null,
  -- Names the event of another service that the entry comes from, so that the event adds one entry however often it comes.
  source text,
  previous_hash text not null,
  hash text not null,
  constraint audit_entries_source unique (company_id, source)
);

create index audit_entries_of_company on audit_entries (company_id, id);

-- The end of each company's chain.
create table audit_chains (
  company_id bigint primary key,
  entries bigint not null,
  hash text not null
);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit entries are never changed' using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_entries_stay before delete or update or truncate on audit_entries
for each statement execute function refuse_audit_change();
