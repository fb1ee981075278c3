-- Whether mentions, a list of user ids or "all", name a user. Null for none.
create or replace function mentions_user(mentions json, wanted bigint)
returns boolean
language plpgsql immutable as $$
begin
  if mentions is null then
    return null;
  end if;
  return json_typeof(mentions) = 'string' or exists (
    select from json_array_elements_text(mentions) as u (id) where u.id::bigint = wanted
  );
end
$$;
