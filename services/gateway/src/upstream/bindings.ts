import type { Identity, Verifier } from '@vestnik/auth';
import type { Bus } from '@vestnik/bus';
import { companiesEndpoints, durableEvents, LIST_LENGTH, type PeopleChanged, VestnikError } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';
import { LRUCache } from 'lru-cache';
import { createDirectory } from './directory.ts';
import { createTokenReports } from './token-reports.ts';

/** The companies that users are bound to, as far as this gateway knows. */
export interface Bindings {
  /**
   * Returns a verifier that refuses tokens of another company than the user's own too. Most users are judged at once, by memory.
   * Companies is asked about the others, many in one request.
   *
   * While companies does not answer, an unknown user passes, and is bound when companies is back. Where several issuers sign
   * (`unboundMayPass` false), that verifier throws VestnikError `unavailable` instead.
   */
  guard(verify: Verifier): Verifier;
  /** Returns a verifier that also lets a user pass at once who is bound to no company yet, and binds the user meanwhile. */
  guardOpenings(verify: Verifier): Verifier;
  /**
   * Resolves once a user who passed so is bound: with false when another company was first. Undefined for every other user.
   *
   * @throws VestnikError when companies cannot say so.
   */
  binding(identity: Pick<Identity, 'userId'>): Promise<boolean> | undefined;
  /** Returns true for a session whose user is known to be bound to another company. */
  isForeign(session: Pick<Identity, 'userId' | 'companyId'>): boolean;
  /** Asks companies again for the company of users with a socket here, since events may have been missed. */
  refresh(userIds: readonly number[]): Promise<void>;
  /** Calls `handle` with each user whom companies tells of, and the user's company: it may be another one than before. */
  onTold(handle: (userId: number, companyId: number) => void): void;
  /** Reports the tokens that wait to be reported, for at most a second. */
  stop(): Promise<void>;
}

/** A user's binding, and the newest token of the user that companies was told of. */
interface Binding {
  companyId: number;
  issuedAt: number;
  fingerprint: string;
  /** When companies last said so, in milliseconds; -Infinity when events may have been missed since, so that it is asked again. */
  checkedAt: number;
}

/** Users whose binding a gateway remembers, unless it is told another number. The one not seen for longest is forgotten first. */
const MAX_USERS = 200_000;
/** A token of another company than the remembered one has companies asked again, unless it was asked so many milliseconds ago. */
const RECHECK_MS = 5_000;

/** Creates the bindings of one gateway, kept fresh by the events of companies. */
export function createBindings(
  { bus, logger, metrics }: { bus: Bus; logger: Logger; metrics: Metrics },
  { unboundMayPass, maxUsers = MAX_USERS }: { unboundMayPass: boolean; maxUsers?: number },
): Bindings {
  const users = new LRUCache<number, Binding>({ max: maxUsers });
  /** The users who are being bound, and to which company. */
  const beingBound = new Map<number, { companyId: number; bound: Promise<boolean> }>();
  const watchers: ((userId: number, companyId: number) => void)[] = [];
  const reports = createTokenReports(bus, logger, learn);
  const asked = metrics.counter('bindings_asked_total', 'Users whose company this gateway did not know', {
    outcome: ['bound', 'foreign', 'away'],
  });
  metrics.gauge('bindings', 'Users whose company this gateway knows', () => users.size);

  /** Takes the company of a user from companies. */
  function learn(userId: number, companyId: number): void {
    const known = users.peek(userId);
    if (known) {
      known.checkedAt = performance.now();
      known.companyId = companyId;
    }
    tell(userId, companyId);
  }

  /** A user may have a socket here whose binding was forgotten meanwhile. So watchers hear of every user. */
  function tell(userId: number, companyId: number): void {
    directory.learn(userId, companyId);
    for (const watch of watchers) watch(userId, companyId);
  }

  bus.subscribe(durableEvents.peopleChanged.subject, (payload) => {
    const { people } = JSON.parse(Buffer.from(payload).toString()) as PeopleChanged;
    for (const { id, company_id } of people) learn(id, company_id);
  });
  bus.onEventsMissed(() => {
    for (const binding of users.values()) binding.checkedAt = Number.NEGATIVE_INFINITY;
    directory.reload();
  });
  const directory = createDirectory({ bus, logger, metrics });

  function remember(identity: Identity, companyId: number): void {
    const { userId, issuedAt, fingerprints } = identity;
    users.set(userId, { companyId, issuedAt, fingerprint: fingerprints[0] ?? '', checkedAt: performance.now() });
  }

  async function ask(identity: Identity, known: Binding | undefined): Promise<Identity | undefined> {
    let companyId: number;
    try {
      companyId = await reports.ask(identity);
    } catch (error) {
      return judgeAlone(identity, known, error);
    }
    remember(identity, companyId);
    tell(identity.userId, companyId);
    asked.inc({ outcome: companyId === identity.companyId ? 'bound' : 'foreign' });
    return companyId === identity.companyId ? identity : undefined;
  }

  /** Judges a user while companies is away: by what was last known, else by the token alone. */
  function judgeAlone(identity: Identity, known: Binding | undefined, error: unknown): Identity | undefined {
    if (!(error instanceof VestnikError && error.code === 'unavailable')) throw error;
    asked.inc({ outcome: 'away' });
    if (known) return known.companyId === identity.companyId ? identity : undefined;
    if (!unboundMayPass) {
      throw new VestnikError('unavailable', 'The company of this user cannot be found out now', {
        retryAfterSeconds: 1,
        cause: error,
      });
    }
    remember(identity, identity.companyId);
    reports.tell(identity);
    return identity;
  }

  function judge(identity: Identity | undefined): Identity | undefined | Promise<Identity | undefined> {
    if (!identity) return undefined;
    const known = users.get(identity.userId);
    if (!known && directory.companyOf(identity.userId) === identity.companyId) {
      remember(identity, identity.companyId);
      reports.tell(identity);
      return identity;
    }
    if (!known || known.checkedAt === Number.NEGATIVE_INFINITY) return ask(identity, known);
    if (known.companyId !== identity.companyId) {
      return performance.now() - known.checkedAt < RECHECK_MS ? undefined : ask(identity, known);
    }
    if (isNews(known, identity)) {
      known.issuedAt = identity.issuedAt;
      known.fingerprint = identity.fingerprints[0] ?? '';
      reports.tell(identity);
    }
    return identity;
  }

  function judgeOpening(identity: Identity | undefined): ReturnType<typeof judge> {
    if (!identity || !unboundMayPass || users.has(identity.userId)) return judge(identity);
    const { userId, companyId } = identity;
    if (beingBound.get(userId)?.companyId === companyId) return identity;
    if (directory.companyOf(userId) !== null || beingBound.has(userId)) return judge(identity);
    const bound = ask(identity, undefined).then((own) => own !== undefined);
    beingBound.set(userId, { companyId, bound });
    bound.finally(() => beingBound.delete(userId)).catch(() => undefined);
    return identity;
  }

  function guardWith(judgeIt: typeof judge): (verify: Verifier) => Verifier {
    return (verify) => (token) => {
      const identity = verify(token);
      return identity instanceof Promise ? identity.then(judgeIt) : judgeIt(identity);
    };
  }

  return {
    guard: guardWith(judge),
    guardOpenings: guardWith(judgeOpening),
    binding: ({ userId }) => beingBound.get(userId)?.bound,
    isForeign({ userId, companyId }) {
      const own = users.peek(userId)?.companyId ?? directory.companyOf(userId) ?? companyId;
      return own !== companyId;
    },
    async refresh(userIds) {
      for (let from = 0; from < userIds.length; from += LIST_LENGTH) {
        const user_ids = userIds.slice(from, from + LIST_LENGTH);
        const { people } = await bus.request(companiesEndpoints.findRelations, { user_ids });
        for (const { id, company_id } of people) learn(id, company_id);
      }
    },
    onTold: (handle) => void watchers.push(handle),
    async stop() {
      directory.stop();
      await reports.stop();
    },
  };
}

/** Whether companies has not been told of a token that may say something newer. */
function isNews({ issuedAt, fingerprint }: Binding, token: Identity): boolean {
  return token.issuedAt >= issuedAt && token.fingerprints[0] !== fingerprint;
}
