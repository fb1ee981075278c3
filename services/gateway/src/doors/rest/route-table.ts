import { VestnikError } from '@vestnik/contracts';
import createRouter from 'find-my-way';
import type { Route } from './route.ts';

/** A path of the API, and its routes. */
interface KnownPath {
  /** As in the routes: with the names of ids instead of ids. */
  pattern: string;
  /** The routes of this path by method. */
  methods: ReadonlyMap<string, Route>;
}

/** A known path with the ids of one request. */
interface Match extends KnownPath {
  params: Record<string, string | undefined>;
}

/** Longer than any path that Node lets through, in characters: no id is cut or refused for its length here. */
const MAX_PARAM_LENGTH = 65_536;

/**
 * Prepares the search for routes. Paths match in upper and lower case, and with one slash more at the end, as in Express.
 *
 * @returns finds the routes of a path below the API; undefined for an unknown path.
 * @throws VestnikError `bad_request` from the returned function for a path that cannot be decoded.
 */
export function createRouteTable(routes: readonly Route[]): (path: string) => Match | undefined {
  const undecodable = () => undefined;
  const router = createRouter({
    caseSensitive: false,
    ignoreTrailingSlash: true,
    maxParamLength: MAX_PARAM_LENGTH,
    onBadUrl: undecodable,
  });
  for (const [pattern, ofPath] of Map.groupBy(routes, ({ path }) => path)) {
    const known: KnownPath = { pattern, methods: new Map(ofPath.map((route) => [route.method, route])) };
    // All methods of a path are one entry, so that a request with another method finds the path too: 405, not 404.
    router.on('GET', pattern, () => undefined, known);
  }
  return (path) => {
    const found = router.find('GET', path);
    if (!found) return undefined;
    const { store, params } = found;
    if (!store) throw new VestnikError('bad_request', 'The path cannot be decoded');
    if (Object.values(params).includes('')) return undefined;
    const { pattern, methods } = store as KnownPath;
    return { pattern, methods, params };
  };
}
