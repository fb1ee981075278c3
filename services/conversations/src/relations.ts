import { companiesEndpoints, type PartnerRule, VestnikError } from '@vestnik/contracts';
import { type Act, type Decision, decide, type Facts } from '@vestnik/decision';
import { saveRelations } from '@vestnik/relations';
import type { Context } from './context.ts';
import type { SidesRow } from './store/relations.ts';
import * as statements from './store/relations.ts';

/** A user who acts. `company_id` is the one of the token, where the user acts by a token. */
export interface Actor {
  user_id: number;
  company_id?: number | undefined;
}

/** The decisions on one user and several others. */
export interface Relations {
  /** The company of the user who acts; null where it is unknown. */
  companyId: number | null;
  /** The companies of the others; null where it is unknown. */
  companyOf(userId: number): number | null;
  decide(userId: number, act: Act): Decision;
}

/**
 * Reads the facts about a user and several others from the own copy. Companies is asked about users whom the copy does not
 * know, where a rule may depend on their company. With the rule `open` and no policy, contract or block nothing does.
 *
 * @throws VestnikError `unavailable` when companies has to be asked and is away.
 */
export async function readRelations(context: Context, actor: Actor, userIds: readonly number[]): Promise<Relations> {
  const read = () => context.database.query(statements.readSides, [actor.user_id, actor.company_id ?? null, userIds]);
  let rows = await read();
  const unknown = rows.filter((row) => row.company_id === null).map((row) => row.user_id);
  if (actor.company_id === undefined && rows[0]?.own_company_id === null) unknown.push(actor.user_id);
  if (unknown.length > 0 && (await mayRestrict(context))) {
    await learnRelations(context, [actor.user_id, ...userIds]);
    rows = await read();
  }
  const byId = new Map(rows.map((row) => [row.user_id, row]));
  return {
    companyId: rows[0]?.own_company_id ?? actor.company_id ?? null,
    companyOf: (userId) => byId.get(userId)?.company_id ?? null,
    decide(userId, act) {
      const row = byId.get(userId);
      if (!row) throw new Error(`the facts about user ${userId} were not read`);
      return decide(factsOf(row, context.partners), act);
    },
  };
}

/** Returns whether a decision may depend on companies at all. */
export async function mayRestrict({ database, partners }: Pick<Context, 'database' | 'partners'>): Promise<boolean> {
  return partners !== 'open' || (await database.query(statements.findRestriction, [])).length > 0;
}

/** Asks companies about users and takes the facts over into the own copy. */
async function learnRelations({ bus, database }: Context, userIds: readonly number[]): Promise<void> {
  const relations = await bus.request(companiesEndpoints.findRelations, { user_ids: [...new Set(userIds)] });
  await database.transaction((queries) => saveRelations(queries, relations));
}

/**
 * Refuses people of companies that may not share a group. `companyIds` are those of everybody who is in it, or is to be.
 *
 * @throws VestnikError `forbidden` with the reason, for the first pair of companies that may not.
 */
export async function requireCommonGroup(context: Context, companyIds: Iterable<number | null>): Promise<void> {
  const ids = [...new Set(companyIds)].filter((id) => id !== null).sort((a, b) => a - b);
  if (ids.length < 2 || !(await mayRestrict(context))) return;
  const [policies, contracts] = await Promise.all([
    context.database.query(statements.readPolicies, [ids]),
    context.database.query(statements.readContracts, [ids]),
  ]);
  const ruleOf = new Map(policies.map(({ company_id, partners }) => [company_id, partners ?? undefined]));
  const contractOf = new Map(contracts.map((contract) => [`${contract.low_id} ${contract.high_id}`, contract]));
  const side = (companyId: number) => ({ companyId, rule: ruleOf.get(companyId), blocks: false });
  ids.forEach((low, index) => {
    for (const high of ids.slice(index + 1)) {
      const found = contractOf.get(`${low} ${high}`);
      const contract = found && { state: found.state, terms: found };
      requireAllowed(
        context,
        decide({ installation: context.partners, actor: side(low), other: side(high), contract }, 'share'),
      );
    }
  });
}

/**
 * Lets a decision pass that allows something at once or once the other has accepted, and counts refusals.
 *
 * @throws VestnikError `forbidden` with the reason.
 */
export function requireAllowed({ countDecision }: Context, decision: Decision): asserts decision is 'allowed' | 'ask' {
  countDecision(decision);
  if (decision === 'allowed' || decision === 'ask') return;
  throw new VestnikError('forbidden', EXPLANATIONS[decision], { reason: decision });
}

/** The message of a refusal, by reason. */
const EXPLANATIONS: Record<Exclude<Decision, 'allowed' | 'ask'>, string> = {
  blocked: 'This is not possible with this person',
  needs_contract: 'The two companies have no contract in force',
  severed: 'The two companies have ended their contract',
  policy: 'The policy of a company does not allow this',
  pending: 'The other person has not accepted',
  quota: 'A quota is used up',
};

function factsOf(row: SidesRow, installation: PartnerRule): Facts {
  const { state, direct, groups, invite } = row;
  return {
    installation,
    actor: { companyId: row.own_company_id, rule: row.own_rule ?? undefined, blocks: row.blocks },
    other: { companyId: row.company_id, rule: row.rule ?? undefined, blocks: row.is_blocked },
    contract:
      state === null
        ? undefined
        : { state, terms: { direct: direct === true, groups: groups === true, invite: invite === true } },
  };
}
