-- The addressee of a direct conversation that waits for an answer gets pushes without the text.
alter table participants add column is_invited boolean not null default false;
