-- Companies, their people, the contracts and blocks between them, and the outbox.
create table companies (
  id bigint primary key,
  name text,
  -- Issue times of tokens are Unix seconds, perhaps with a fraction.
  name_issued_at double precision not null default 0,
  partners text check (partners in ('open', 'consent', 'contract')),
  external_invite boolean,
  history text check (history in ('all', 'joined')),
  version integer not null check (version > 0),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);

create table people (
  user_id bigint primary key,
  company_id bigint not null references companies,
  name text,
  name_issued_at double precision not null default 0,
  picture_url text,
  picture_issued_at double precision not null default 0,
  role text check (role in ('admin', 'compliance')),
  role_issued_at double precision not null default 0,
  version integer not null check (version > 0),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);

create index people_of_company on people (company_id, user_id);

create table contracts (
  low_id bigint not null,
  high_id bigint not null,
  state text not null check (state in ('proposed', 'active', 'severed')),
  -- The state that the decision goes by. A severed contract that is proposed again stays severed until it is accepted.
  enforced_state text not null check (enforced_state in ('proposed', 'active', 'severed')),
  proposed_by bigint not null,
  terms json not null,
  next_terms json,
  since timestamptz(3) not null,
  version integer not null check (version > 0),
  primary key (low_id, high_id),
  constraint contracts_pair check (low_id < high_id and (proposed_by = low_id or proposed_by = high_id))
);

create index contracts_of_high on contracts (high_id, low_id);

create table blocks (
  id bigint generated always as identity primary key,
  blocker_id bigint,
  blocker_company_id bigint,
  blocked_id bigint,
  blocked_company_id bigint,
  is_active boolean not null,
  version integer not null check (version > 0),
  created_at timestamptz(3) not null,
  constraint blocks_of_users unique (blocker_id, blocked_id),
  constraint blocks_of_companies unique (blocker_company_id, blocked_company_id),
  constraint blocks_kind check (
    num_nulls(blocker_id, blocked_id) = 0 and num_nulls(blocker_company_id, blocked_company_id) = 2
    or num_nulls(blocker_id, blocked_id) = 2 and num_nulls(blocker_company_id, blocked_company_id) = 0
  )
);

create table outbox (
  id bigint generated always as identity primary key,
  payload json not null,
  created_at timestamptz not null default now()
);
