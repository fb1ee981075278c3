import { createRequire } from 'node:module';

/** One time zone of the Unicode CLDR: all its names in the tz database, and the one that the tz database prefers. */
interface ZoneNames {
  _alias?: string;
  _iana?: string;
}

const zones: { keyword: { u: { tz: Record<string, ZoneNames | string> } } } = createRequire(import.meta.url)(
  'cldr-bcp47/bcp47/timezone.json',
);

/** Names that CLDR keeps and the tz database does not have, and `Factory`, which stands there for no zone at all. */
const NO_ZONES = new Set(['Etc/Unknown', 'Factory', 'Canada/East-Saskatchewan', 'US/Pacific-New']);
/** The name that people know, for the names under which the tz database keeps the time of Greenwich. */
const UTC = new Map([
  ['Etc/UTC', 'UTC'],
  ['Etc/GMT', 'UTC'],
]);

/** Every name in lower case → the canonical name. */
const canonical = new Map<string, string>(
  Object.values(zones.keyword.u.tz).flatMap((zone) => {
    if (typeof zone === 'string' || zone._alias === undefined) return [];
    const names = zone._alias.split(' ').filter((name) => !NO_ZONES.has(name));
    const preferred = zone._iana ?? names[0] ?? '';
    return names.map((name) => [name.toLowerCase(), UTC.get(preferred) ?? preferred] as const);
  }),
);

/**
 * Returns the canonical name of a time zone: `Europe/Kyiv` for `europe/kiev`. Undefined for a name that the tz database does
 * not have. `Intl` also takes names such as `BST` and `PST`, which mean different zones to different people, and offsets,
 * which know no summer time.
 */
export function canonicalTimeZone(name: string): string | undefined {
  return canonical.get(name.toLowerCase());
}

/** The canonical names of all time zones. */
export const timeZones: ReadonlySet<string> = new Set(canonical.values());
