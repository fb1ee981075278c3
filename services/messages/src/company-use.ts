import type { Database } from '@vestnik/database';
import { startLoop } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';
import { addMessages, deleteUsesBefore, messagesOfDay } from './store/company-uses.ts';

/**
 * The daily quota of messages of each company. Instances count in memory and add up in the database once a second, so a send
 * costs no statement for it. So at most the sends that other instances take within a second go beyond the quota. A process that
 * dies forgets the counts of its last second.
 */
export interface CompanyUse {
  /** Messages that a company may store in a day (UTC); Infinity for no quota. */
  readonly messagesPerDay: number;
  /** Counts a message that is about to be stored. Beyond the quota it counts nothing, and returns the seconds until the next day. */
  take(companyId: number): number | undefined;
  /** Takes back the count of a message that was not stored. */
  giveBack(companyId: number): void;
  /** Returns the messages that a company has stored today, those of other instances a second late. */
  messagesToday(companyId: number): Promise<number>;
  /** Adds up what is counted, and ends. */
  stop(): Promise<void>;
}

/** How often counts are added up, in milliseconds. */
const EVERY_MS = 1_000;
/** Days that counts are kept for. */
const KEPT_DAYS = 31;
const DAY_MS = 86_400_000;

/** The use of one company today. */
interface Use {
  /** The sum that the database answered last; 0 before its first answer. */
  known: number;
  /** Counted here since then. */
  counted: number;
}

/** Starts to count. */
export function startCompanyUse(
  { database, logger, metrics }: { database: Database; logger: Logger; metrics: Metrics },
  messagesPerDay: number,
): CompanyUse {
  let day = dayAt(Date.now());
  let uses = new Map<number, Use>();
  const refused = metrics.counter('company_quota_refusals_total', 'Sends refused by the daily quota of a company');

  function useOf(companyId: number): Use {
    if (Date.now() >= day.end) {
      day = dayAt(Date.now());
      uses = new Map();
    }
    let use = uses.get(companyId);
    if (!use) {
      use = { known: 0, counted: 0 };
      uses.set(companyId, use);
    }
    return use;
  }

  /** The adding up that began last, and how many have begun. */
  let adding: Promise<void> = Promise.resolve();
  let begun = 0;

  function addUp(): Promise<void> {
    begun += 1;
    adding = addCounts();
    return adding;
  }

  async function addCounts(): Promise<void> {
    // Counts of the last second of a day are lost with the day.
    const { name } = day;
    const changed = [...uses].filter(([, use]) => use.counted !== 0);
    if (changed.length === 0) return;
    const counts = changed.map(([, use]) => use.counted);
    for (const [, use] of changed) use.counted = 0;
    try {
      const sums = await database.query(addMessages, [name, changed.map(([companyId]) => companyId), counts]);
      const known = new Map(sums.map(({ company_id, messages }) => [company_id, messages]));
      for (const [companyId, use] of changed) use.known = known.get(companyId) ?? use.known;
    } catch (error) {
      for (const [index, [, use]] of changed.entries()) use.counted += counts[index] ?? 0;
      throw error;
    }
  }

  const loop = startLoop({ name: 'add up the messages of companies', everyMs: EVERY_MS, logger, run: addUp });
  const cleaning = startLoop({
    name: 'delete old counts of companies',
    everyMs: DAY_MS,
    logger,
    run: async () => void (await database.query(deleteUsesBefore, [dayAt(Date.now() - KEPT_DAYS * DAY_MS).name])),
  });

  return {
    messagesPerDay,
    take(companyId) {
      const use = useOf(companyId);
      if (use.known + use.counted >= messagesPerDay) {
        refused.inc();
        return Math.max(1, Math.ceil((day.end - Date.now()) / 1_000));
      }
      use.counted += 1;
      return undefined;
    },
    giveBack(companyId) {
      const use = useOf(companyId);
      // At the turn of the day the count went with the day before.
      if (use.known + use.counted > 0) use.counted -= 1;
    },
    async messagesToday(companyId) {
      // While counts are on their way to the database nobody knows whether its answer has them.
      for (;;) {
        await adding.catch(() => undefined);
        const seen = begun;
        const [row] = await database.query(messagesOfDay, [companyId, day.name]);
        if (begun === seen) return (row?.messages ?? 0) + useOf(companyId).counted;
      }
    },
    async stop() {
      await Promise.all([loop.stop(), cleaning.stop()]);
      await addUp();
    },
  };
}

/** The day of a time, in UTC: its name and when it ends. */
function dayAt(time: number): { name: string; end: number } {
  const begin = Math.floor(time / DAY_MS) * DAY_MS;
  return { name: new Date(begin).toISOString().slice(0, 10), end: begin + DAY_MS };
}
