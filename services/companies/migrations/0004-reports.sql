-- Messages that users have reported to the admins of their company, as the messages were then.
create table reports (
  id bigint generated always as identity primary key,
  company_id bigint not null,
  reporter_id bigint not null,
  message_id bigint not null,
  reason text not null,
  -- The message and those before it.
  snapshot json not null,
  -- Bytes of the snapshot, so that a page is cut without reading it.
  length integer not null,
  created_at timestamptz(3) not null,
  constraint reports_of_reporter unique (company_id, reporter_id, message_id)
);

create index reports_of_company on reports (company_id, id);
