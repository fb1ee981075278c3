-- The words of people's names, by which people are searched. Their order is that of bytes, so that a beginning is a range.
create table words (
  user_id bigint not null references people,
  word text collate "C" not null,
  company_id bigint not null,
  primary key (user_id, word)
);

create index words_of_company on words (company_id, word);
