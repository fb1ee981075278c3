import type { ConfigOf } from '@vestnik/config';
import { type Conversation, VestnikError } from '@vestnik/contracts';
import type { Metrics } from '@vestnik/ops';
import type { quotaSettings } from './config.ts';
import { addGroups, findFullUsers, type HourlyQuota, lockRooms, useQuota } from './store/quotas.ts';
import type { EntityManager } from './store/unit-of-work.ts';

/** The quotas of users and companies. Each check runs in the transaction that it judges, and its refusal undoes it. */
export interface Quotas {
  /**
   * Counts a new conversation of a user.
   *
   * @throws VestnikError `rate_limited` when the user has created too many within an hour.
   */
  countCreation(em: EntityManager, userId: number): Promise<void>;
  /**
   * Counts the strangers whom a user writes to, or adds to a group.
   *
   * @throws VestnikError `rate_limited` when there were too many within an hour, `forbidden` when these alone are too many.
   */
  countStrangers(em: EntityManager, userId: number, strangers: number): Promise<void>;
  /**
   * Makes sure that users who have joined a conversation are in no more conversations than one user may be in.
   *
   * @param actorId the user who created the conversation, or undefined
   * @throws VestnikError `forbidden` for the first user who is in too many.
   */
  requireRoom(em: EntityManager, joined: readonly number[], actorId?: number): Promise<void>;
  /**
   * Counts a group that has got its first participants, or has lost its last one. The company's row is locked until the end of the
   * transaction, so a change counts last.
   *
   * @param before and `after` are the numbers of participants
   * @throws VestnikError `forbidden` when the company would have too many groups.
   */
  countGroup(
    em: EntityManager,
    group: Pick<Conversation, 'type' | 'company_id'>,
    before: number,
    after: number,
  ): Promise<void>;
}

/** More transactions than these cannot bring one user into conversations at once: each takes a connection. */
const AT_ONCE = 200;
const QUOTA = { reason: 'quota' } as const;

/** Creates the quotas. A limit of Infinity is none. */
export function createQuotas(limits: ConfigOf<typeof quotaSettings>, metrics: Metrics): Quotas {
  const refusals = metrics.counter('quota_refusals_total', 'Requests refused by a quota, by quota', {
    quota: ['conversations', 'strangers', 'room', 'groups'],
  });

  /** Counts the use of an hourly quota. An hour begins with the first use. */
  async function count(em: EntityManager, userId: number, quota: HourlyQuota, amount: number, limit: number) {
    if (amount === 0 || limit === Number.POSITIVE_INFINITY) return;
    if (amount > limit) {
      refusals.inc({ quota });
      throw new VestnikError('forbidden', `One request has at most ${limit} new ${quota}`, QUOTA);
    }
    const { used, seconds_left } = await useQuota(em, userId, quota, amount);
    if (used <= limit) return;
    refusals.inc({ quota });
    throw new VestnikError('rate_limited', `At most ${limit} new ${quota} an hour`, {
      retryAfterSeconds: Math.max(1, seconds_left),
    });
  }

  return {
    countCreation: (em, userId) => count(em, userId, 'conversations', 1, limits.creationsPerHour),
    countStrangers: (em, userId, strangers) => count(em, userId, 'strangers', strangers, limits.strangersPerHour),
    async requireRoom(em, joined, actorId) {
      if (joined.length === 0 || limits.conversations === Number.POSITIVE_INFINITY) return;
      // Users far below the limit do not wait for each other.
      const near = await findFullUsers(em, joined, Math.max(0, limits.conversations - AT_ONCE));
      if (near.length === 0) return;
      await lockRooms(em, near);
      const [full] = await findFullUsers(em, near, limits.conversations);
      if (full === undefined) return;
      refusals.inc({ quota: 'room' });
      const who = full === actorId ? `You are in ${limits.conversations} conversations, and` : `User ${full}`;
      throw new VestnikError('forbidden', `${who} can join no further conversation`, QUOTA);
    },
    async countGroup(em, { type, company_id }, before, after) {
      const added = Number(after > 0) - Number(before > 0);
      if (type !== 'group' || company_id === null || added === 0) return;
      const groups = await addGroups(em, company_id, added);
      if (added < 0 || groups <= limits.companyGroups) return;
      refusals.inc({ quota: 'groups' });
      throw new VestnikError('forbidden', `A company has at most ${limits.companyGroups} groups`, QUOTA);
    },
  };
}
