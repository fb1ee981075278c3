import type { Person as ShownPerson } from '@vestnik/contracts';
import { isoTime, type Queries, statement } from '@vestnik/database';
import type { Person } from '../domain/claims.ts';
import { wordsOf } from '../domain/words.ts';

/** A person as a statement reads the person for other people. */
interface ShownRow extends ShownPerson {
  updated_at: string;
}

const SHOWN_COLUMNS = 'p.user_id as id, p.name, p.company_id, c.name as company_name, p.picture_url, p.updated_at';

/** The character behind every other, which ends the range of words with a common beginning. */
const LAST_CHARACTER = '\u{10FFFF}';

const removeWords = statement<never, [userIds: readonly number[]]>(
  'remove-words',
  'delete from words where user_id = any($1::bigint[])',
);

const addWords = statement<never, [userIds: readonly number[], words: readonly string[]]>(
  'add-words',
  `insert into words (user_id, word, company_id)
   select w.user_id, w.word, p.company_id
   from unnest($1::bigint[], $2::text[]) as w (user_id, word) join people p on p.user_id = w.user_id`,
);

const findShown = statement<ShownRow, [userIds: readonly number[]]>(
  'find-shown-people',
  `select ${SHOWN_COLUMNS} from people p join companies c on c.id = p.company_id where p.user_id = any($1::bigint[])`,
);

const listOfCompany = statement<ShownRow, [companyId: number, after: number, limit: number]>(
  'list-people-of-company',
  `select ${SHOWN_COLUMNS} from people p join companies c on c.id = p.company_id
   where p.company_id = $1 and p.user_id > $2 order by p.user_id limit $3`,
);

const search = statement<
  ShownRow,
  [
    companyId: number,
    contactIds: readonly number[],
    beginning: string,
    end: string,
    beginnings: readonly string[],
    after: number,
    limit: number,
  ]
>(
  'search-people',
  `select ${SHOWN_COLUMNS}
   from (
     select user_id from words where company_id = $1 and word >= $3 and word < $4
     union
     select user_id from words where user_id = any($2::bigint[]) and word >= $3 and word < $4
   ) found
   join people p on p.user_id = found.user_id
   join companies c on c.id = p.company_id
   where p.user_id > $6 and not exists (
     select from unnest($5::text[]) as beginning
     where not exists (select from words w where w.user_id = p.user_id and w.word ^@ beginning)
   )
   order by p.user_id limit $7`,
);

/** Stores the words of people's names in place of those that were stored. */
export async function replaceWords(
  queries: Queries,
  people: readonly Pick<Person, 'user_id' | 'name'>[],
): Promise<void> {
  const words = people.flatMap(({ user_id, name }) => wordsOf(name ?? '').map((word) => ({ user_id, word })));
  await queries.query(removeWords, [people.map(({ user_id }) => user_id)]);
  await queries.query(addWords, [words.map(({ user_id }) => user_id), words.map(({ word }) => word)]);
}

/** Reads the named people as other people see them; unknown ones are left out. */
export async function findShownPeople(queries: Queries, userIds: readonly number[]): Promise<ShownPerson[]> {
  return (await queries.query(findShown, [userIds])).map(fromRow);
}

/** Reads the people of a company above the id `after`, in ascending order. */
export async function listPeopleOf(
  queries: Queries,
  { companyId, after, limit }: { companyId: number; after: number; limit: number },
): Promise<ShownPerson[]> {
  return (await queries.query(listOfCompany, [companyId, after, limit])).map(fromRow);
}

/**
 * Finds people of a company, and contacts, whose name has a word with each of the beginnings: those above the id `after`, in
 * ascending order.
 *
 * @param beginnings one at least, as `wordsOf` writes words
 */
export async function searchShownPeople(
  queries: Queries,
  {
    companyId,
    contactIds,
    beginnings,
    after,
    limit,
  }: {
    companyId: number;
    contactIds: readonly number[];
    beginnings: readonly string[];
    after: number;
    limit: number;
  },
): Promise<ShownPerson[]> {
  const longest = beginnings.reduce((one, other) => (other.length > one.length ? other : one), '');
  const range = [longest, longest + LAST_CHARACTER] as const;
  return (await queries.query(search, [companyId, contactIds, ...range, beginnings, after, limit])).map(fromRow);
}

function fromRow(row: ShownRow): ShownPerson {
  return { ...row, updated_at: isoTime(row.updated_at) };
}
