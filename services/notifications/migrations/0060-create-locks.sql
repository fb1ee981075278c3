-- Locks by name are rows of this schema: advisory locks belong to the whole database, where any other role could hold them.
create table locks (slot smallint primary key);
insert into locks select generate_series(0, 1023);
