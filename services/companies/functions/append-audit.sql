-- Adds an entry to the end of a company's chain. Entries of one company wait for each other until their transactions end.
-- An entry of a source that the company has already adds nothing.
create or replace function append_audit(
  company bigint, actor bigint, actor_company bigint, what text, about text, details json, origin text
)
returns void
language plpgsql as $$
declare
  moment text := to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  last_hash text;
  new_hash text;
begin
  insert into audit_chains (company_id, entries, hash) values (company, 0, '') on conflict do nothing;
  select hash into last_hash from audit_chains where company_id = company for update;
  if origin is not null and exists (select from audit_entries e where e.company_id = company and e.source = origin) then
    return;
  end if;
  new_hash := encode(sha256(convert_to(concat_ws(E'\n',
    last_hash, company, moment, coalesce(actor::text, '-'), coalesce(actor_company::text, '-'), what, about, details
  ), 'UTF8')), 'hex');
  insert into audit_entries (
    company_id, at, actor_id, actor_company_id, action, object, detail, source, previous_hash, hash
  ) values (company, moment, actor, actor_company, what, about, details, origin, last_hash, new_hash);
  update audit_chains set entries = entries + 1, hash = new_hash where company_id = company;
end
$$;
