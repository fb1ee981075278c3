import stemmers from 'snowball-stemmers';
import { IRREGULAR_WORDS } from './irregular-words.ts';

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

function findStem(form: string): string {
  const word = IRREGULAR_WORDS.get(form) ?? form;
  const stem = CYRILLIC.test(word) ? russianStem(word) : LATIN.test(word) ? english.stem(word) : word;
  return stem.length < SHORTEST ? word : stem;
}

/** A vowel that some forms of a word have and others have not: ошибок, ошибка; список, списка; конец, конца; окон, окна. */
const FLEETING = /(?<=[а-я][бвгджзклмнпрстфхцчшщ])[ое](?=[кцнл]$)/;
/** The same behind a vowel: копеек, копейка. */
const FLEETING_AFTER_VOWEL = /(?<=[аеоуыюя])е(?=к$)/;
/** A consonant that some forms of a verb have: оформить, оформлен; купить, куплю. */
const INSERTED = /(?<=[а-я]{2}[бпвмф])л$/;
/** The end of a verb, some forms of which have another consonant: писать, пишу; сказать, скажу; ходить, хожу; просить, прошу. */
const CHANGED = /(?<=пи)(?:ш|са)$|(?<=ка)(?:ж|за)$|(?<=[вх]о)ж$|(?<=(?:но|про))ш$/;
const UNCHANGED = new Map(Object.entries({ ш: 'с', са: 'с', ж: 'з', за: 'з' }));

/** The Snowball stem, made equal for forms between which a vowel comes and goes, or a consonant changes. */
function russianStem(word: string): string {
  const stem = russian.stem(word).replace(FLEETING_AFTER_VOWEL, 'й').replace(FLEETING, '').replace(INSERTED, '');
  return stem.replace(CHANGED, (end, at: number) =>
    stem[at - 1] === 'о' && end === 'ж' ? 'д' : (UNCHANGED.get(end) ?? end),
  );
}
