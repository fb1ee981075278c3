-- formerly: 20260201000000-hold-pushes
-- Pushes that are held because their user looks connected, until that is sure.
alter table pushes
  drop constraint pushes_state_check,
  add constraint pushes_state_check check (state in ('pending', 'held', 'sent', 'failed', 'skipped')),
  add column held_at timestamptz,
  add constraint pushes_held check ((state = 'held') = (held_at is not null));

create index pushes_held_at on pushes (held_at, id) where state = 'held';
