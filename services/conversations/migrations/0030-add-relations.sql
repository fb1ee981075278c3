-- The copy of companies' facts, by which the decision is made, and what the decision makes of conversations.
create table people (
  user_id bigint primary key,
  company_id bigint not null,
  version integer not null
);
create index people_of_company on people (company_id);

create table companies (
  company_id bigint primary key,
  partners text,
  external_invite boolean,
  history text,
  version integer not null
);
create index companies_with_policy on companies (company_id)
  where partners is not null or external_invite is not null or history is not null;

create table contracts (
  low_id bigint not null,
  high_id bigint not null,
  state text not null,
  direct boolean not null,
  groups boolean not null,
  invite boolean not null,
  version integer not null,
  primary key (low_id, high_id)
);
create index contracts_of_high on contracts (high_id, low_id);

create table blocks (
  id bigint primary key,
  blocker_id bigint,
  blocker_company_id bigint,
  blocked_id bigint,
  blocked_company_id bigint,
  is_active boolean not null,
  version integer not null
);
create index blocks_of_person on blocks (blocker_id, blocked_id) where is_active;
create index blocks_of_company on blocks (blocker_company_id, blocked_company_id) where is_active;

-- Of a group: the company that it belongs to. Existing groups get it with their next change.
alter table conversations add column company_id bigint;
alter table conversations add column state text not null default 'active';
create index conversations_of_company on conversations (company_id);

-- Users who have been invited into a conversation and have not accepted.
create table invitations (
  conversation_id bigint not null references conversations,
  user_id bigint not null,
  invited_by bigint not null,
  invited_at timestamptz(3) not null,
  declined_at timestamptz(3),
  primary key (conversation_id, user_id)
);
create index invitations_of_user on invitations (user_id, conversation_id);
