-- Account sync: which people and companies look different since a client's last answer. A person's company name is the company's.
create table looks (
  is_company boolean not null,
  id bigint not null,
  changed_xid xid8 not null,
  primary key (is_company, id)
);
create index looks_changed on looks (changed_xid);

create function note_look() returns trigger language plpgsql as $$
begin
  insert into looks (is_company, id, changed_xid)
  values (tg_table_name = 'companies', (to_jsonb(new) ->> tg_argv[0])::bigint, pg_current_xact_id())
  on conflict on constraint looks_pkey do update set changed_xid = excluded.changed_xid;
  return null;
end
$$;
create trigger people_look after insert or update on people for each row execute function note_look('user_id');
create trigger companies_look after insert or update on companies for each row execute function note_look('company_id');
