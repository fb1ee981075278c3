import stemmers from 'snowball-stemmers';

const russian = stemmers.newStemmer('russian');
const english = stemmers.newStemmer('english');

/** Stems that the process keeps. Chat repeats its words, and a stem costs forty times a look into the map. */
const KEPT = 50_000;
const kept = new Map<string, string>();

/** A stem is as long as this at least; shorter words are their own stems. */
const SHORTEST = 3;
const CYRILLIC = /^[а-я]+$/;
const LATIN = /^[a-z]+$/;

/** Returns what all forms of a folded word have in common: a Russian word by its letters, else an English one, else itself. */
export function stemOf(word: string): string {
  if (word.length < SHORTEST) return word;
  const known = kept.get(word);
  if (known !== undefined) return known;
  const stem = findStem(word);
  if (kept.size >= KEPT) kept.clear();
  kept.set(word, stem);
  return stem;
}

function findStem(word: string): string {
  const stem = CYRILLIC.test(word) ? russianStem(word) : LATIN.test(word) ? english.stem(word) : word;
  return stem.length < SHORTEST ? word : stem;
}

/** Frequent words whose forms have no stem in common by any rule. */
const IRREGULAR = new Map(
  Object.entries({
    день: 'дня дню днем дне дни дней дням днями днях',
    письмо: 'писем',
    время: 'времени временем времена времен временам временами временах',
    имя: 'имени именем имена имен именам именами именах',
    деньги: 'денег',
  }).flatMap(([word, forms]) => forms.split(' ').map((form) => [form, word] as const)),
);

/** A vowel that some forms of a word have and others have not: ошибок, ошибка; список, списка; конец, конца. */
const FLEETING = /(?<=[а-я]{2}[бвгджзклмнпрстфхцчшщ])[ое](?=[кцнл]$)/;
/** The same behind a vowel: копеек, копейка. */
const FLEETING_AFTER_VOWEL = /(?<=[аеоуыюя])е(?=к$)/;
/** A consonant that some forms of a verb have: оформить, оформлен. */
const INSERTED = /(?<=[а-я]{3}[бпвмф])л$/;

/** The Snowball stem, made equal for forms between which a vowel comes and goes. */
function russianStem(word: string): string {
  const stem = russian.stem(IRREGULAR.get(word) ?? word);
  return stem.replace(FLEETING_AFTER_VOWEL, 'й').replace(FLEETING, '').replace(INSERTED, '');
}
