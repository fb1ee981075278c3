import type { CompanyRole, TokenClaims } from '@vestnik/contracts';

/** A person as the tokens named the person so far. Each claim keeps when the token was issued that made it. */
export interface Person {
  user_id: number;
  company_id: number;
  name: string | null;
  name_issued_at: number;
  picture_url: string | null;
  picture_issued_at: number;
  role: CompanyRole | null;
  role_issued_at: number;
  version: number;
}

/** A company as the tokens of its people named it so far. */
export interface NamedCompany {
  id: number;
  name: string | null;
  name_issued_at: number;
  version: number;
}

/** A state after a token. `isChanged`: in a part that others see, so that the version has grown. */
interface Outcome<State> {
  state: State;
  isChanged: boolean;
}

/** Returns the person whom a first token binds to its company. */
export function firstPerson(token: TokenClaims): Person {
  const unnamed = { name: null, name_issued_at: 0, picture_url: null, picture_issued_at: 0 };
  const { user_id, company_id } = token;
  const person = { user_id, company_id, ...unnamed, role: null, role_issued_at: 0, version: 0 };
  return { ...takeClaims(person, token).state, version: 1 };
}

/**
 * Returns a person after one more token of the person's company. Of two tokens the claim of the one issued later holds, in
 * whichever order they come. Of two issued at the same time the one that came last holds. An absent name or picture leaves the
 * known one, but a token without a role ends the role.
 */
export function takeClaims(person: Person, { issued_at, name, picture_url, role }: TokenClaims): Outcome<Person> {
  const state = { ...person };
  if (name !== undefined && issued_at >= person.name_issued_at) {
    state.name = name;
    state.name_issued_at = issued_at;
  }
  if (picture_url !== undefined && issued_at >= person.picture_issued_at) {
    state.picture_url = picture_url;
    state.picture_issued_at = issued_at;
  }
  if (issued_at >= person.role_issued_at) {
    state.role = role ?? null;
    state.role_issued_at = issued_at;
  }
  const isChanged = state.name !== person.name || state.picture_url !== person.picture_url;
  if (isChanged) state.version += 1;
  return { state, isChanged };
}

/** Returns a company after one more token of one of its people. The name of the token issued later holds. */
export function takeCompanyName(
  company: NamedCompany,
  { issued_at, company_name }: TokenClaims,
): Outcome<NamedCompany> {
  if (company_name === undefined || issued_at < company.name_issued_at) return { state: company, isChanged: false };
  const isChanged = company_name !== company.name;
  const version = company.version + (isChanged ? 1 : 0);
  return { state: { ...company, name: company_name, name_issued_at: issued_at, version }, isChanged };
}
