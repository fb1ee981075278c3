-- The copy of companies' facts, by which sends across companies are judged.
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

-- Null: the conversation was copied by an older release, and has not changed since.
alter table conversations add column type text;
alter table conversations add column state text not null default 'active';
-- A send into this conversation is judged by the rules between people and companies. Other sends pay nothing for them.
alter table conversations add column is_guarded boolean not null default false;

-- Users who are invited into a conversation and are no members yet.
create table invitations (
  conversation_id bigint not null,
  user_id bigint not null,
  primary key (conversation_id, user_id)
);
create index invitations_of_user on invitations (user_id);

drop function if exists apply_conversation(bigint, integer, bigint[], timestamptz);
