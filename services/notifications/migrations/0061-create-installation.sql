-- A receiver of several installations tells their pushes apart by this id. Pushes from before keep the ids that they have.
create table installation (id text primary key, last_former_push bigint not null);
insert into installation
  select left(replace(gen_random_uuid()::text, '-', ''), 12), coalesce(max(id), 0) from pushes;
