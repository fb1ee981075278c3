-- When the newest token of a device's family expires. A device whose user does not come back for 30 days after that is signed out.
alter table devices add column token_expires_at timestamptz;
update devices set token_expires_at = coalesce(token_issued_at, created_at) + interval '31 days';
create index devices_token_expires_at on devices (token_expires_at);
