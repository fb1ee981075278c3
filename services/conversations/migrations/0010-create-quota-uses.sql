create table quota_uses (
  user_id bigint not null,
  quota text not null,
  used integer not null,
  since timestamptz not null,
  primary key (user_id, quota)
);
