-- A device belongs to the token that registered it. When that token is revoked, the device gets no more pushes.
alter table devices
  -- When the token was issued; null where an older release registered the device.
  add column token_issued_at timestamptz,
  add column token_fingerprints text[] not null default '{}',
  add column is_signed_out boolean not null default false;
