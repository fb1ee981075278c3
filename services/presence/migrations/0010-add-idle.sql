-- A user whose sockets on a gateway are all idle: pushes are not held back for it.
alter table connections add column is_idle boolean not null default false;
