import type { Conversation } from '@vestnik/contracts';
import { commitChange } from './commit-change.ts';
import { companiesIn } from './companies-in.ts';
import type { Context } from './context.ts';
import { resume, sever } from './domain/severing.ts';
import { findCrossing, readContracts } from './store/relations.ts';

/** Conversations of two companies that one statement finds. */
const AT_ONCE = 500;
/** Changes under way at once. */
const SIDE_BY_SIDE = 3;

/**
 * Ends what crosses between a company and others whose contract is severed. A request that has just committed a conversation
 * of people of several companies calls this: a severing may have come between its decision and its commit.
 */
export async function enforceSevering(
  context: Context,
  companyId: number | null,
  others: readonly (number | null)[],
): Promise<void> {
  const outsiders = new Set(others.filter((other) => other !== null && other !== companyId));
  if (companyId === null || outsiders.size === 0) return;
  const ids = [companyId, ...outsiders] as number[];
  for (const { low_id, high_id, state } of await context.database.query(readContracts, [ids])) {
    if (state === 'severed') await severCompanies(context, low_id, high_id);
  }
}

/** Ends all that crosses between two companies: it suspends direct conversations, and people leave the groups of the other. */
export async function severCompanies(context: Context, low: number, high: number): Promise<void> {
  await eachCrossing(context, low, high, (id) => severIn(context, id, low, high));
}

async function eachCrossing(
  { database }: Context,
  low: number,
  high: number,
  change: (conversationId: number) => Promise<unknown>,
): Promise<void> {
  for (let after = 0; ; ) {
    const found = await database.query(findCrossing, [low, high, after, AT_ONCE]);
    const waiting = found.map(({ id }) => id);
    await Promise.all(
      Array.from({ length: SIDE_BY_SIDE }, async () => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await change(id);
      }),
    );
    const last = found.at(-1);
    if (!last || found.length < AT_ONCE) return;
    after = last.id;
  }
}

/** Lets direct conversations of two companies that were suspended go on, since a contract is in force again. */
export async function resumeCompanies(context: Context, low: number, high: number): Promise<void> {
  await eachCrossing(context, low, high, (id) =>
    commitChange(context, id, null, (before) => {
      if (!before) throw new Error(`conversation ${id} is gone`);
      return resume(before);
    }),
  );
}

async function severIn(context: Context, conversationId: number, low: number, high: number): Promise<Conversation> {
  const companyOf = await companiesIn(context, conversationId);
  return commitChange(context, conversationId, null, (before) => before && sever(before, [low, high], companyOf));
}
