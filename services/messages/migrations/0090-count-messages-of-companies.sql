-- How many messages each company has stored on each day (UTC).
create table company_uses (
  company_id bigint not null,
  day date not null,
  messages bigint not null,
  primary key (company_id, day)
);
