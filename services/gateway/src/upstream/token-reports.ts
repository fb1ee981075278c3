import type { Identity } from '@vestnik/auth';
import { createSerialBatcher } from '@vestnik/batching';
import type { Bus } from '@vestnik/bus';
import { companiesEndpoints, PEOPLE_AT_ONCE, type TokenClaims, VestnikError } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import { createReportQueue } from './report-queue.ts';

/** Reports to companies what accepted tokens say of their users. */
export interface TokenReports {
  /**
   * Reports a token and resolves with the company that its user is bound to.
   *
   * @throws VestnikError `unavailable` while companies does not answer. For a second after that, at once.
   */
  ask(identity: Identity): Promise<number>;
  /** Reports a token in a later batch, once companies answers. */
  tell(identity: Identity): void;
  /** Resolves when all tokens are reported, or after a second. */
  stop(): Promise<void>;
}

/** Milliseconds after an unanswered report in which no further client waits for companies. */
const AWAY_MS = 1_000;
/** Wait before tokens that could not be reported are reported again, in milliseconds. */
const RETRY_MS = 500;
/** Tokens that wait to be reported; beyond that the oldest are dropped. Their users report them again with the next token. */
const MAX_WAITING = 50_000;

/**
 * Requests for unknown users begin at least this far apart, in milliseconds. A request is one transaction of companies and one
 * durable event, however many users it names. So users who connect at the same time share one.
 */
const PACE_MS = 20;

/** Creates the reports of one gateway. `onBound` gets the company of each user who was told of. */
export function createTokenReports(
  bus: Bus,
  logger: Logger,
  onBound: (userId: number, companyId: number) => void,
): TokenReports {
  let awayUntil = Number.NEGATIVE_INFINITY;

  async function report(tokens: TokenClaims[]): Promise<number[]> {
    try {
      return (await bus.request(companiesEndpoints.reportTokens, { tokens })).company_ids;
    } catch (error) {
      awayUntil = performance.now() + AWAY_MS;
      throw error;
    }
  }

  const asked = createSerialBatcher(
    PEOPLE_AT_ONCE,
    async (tokens: TokenClaims[]) => {
      if (performance.now() < awayUntil) throw new VestnikError('unavailable', 'Companies does not answer');
      return report(tokens);
    },
    { paceMs: PACE_MS },
  );
  const told = createReportQueue<TokenClaims>({
    name: 'tokens',
    logger,
    limit: PEOPLE_AT_ONCE,
    maxWaiting: MAX_WAITING,
    retryMs: RETRY_MS,
    async send(tokens) {
      const companyIds = await report(tokens);
      tokens.forEach(({ user_id, company_id }, index) => onBound(user_id, companyIds[index] ?? company_id));
      return [];
    },
  });
  return {
    ask: (identity) => asked.add(claimsOf(identity)),
    tell: (identity) => told.add(claimsOf(identity)),
    stop: () => told.stop(),
  };
}

/** A token without a known issue time was issued before every other. */
function claimsOf({ userId, companyId, issuedAt, name, companyName, pictureUrl, companyRole }: Identity): TokenClaims {
  return {
    user_id: userId,
    company_id: companyId,
    issued_at: Math.max(0, issuedAt),
    name,
    company_name: companyName,
    picture_url: pictureUrl,
    role: companyRole,
  };
}
