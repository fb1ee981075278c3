import type { ContractState, HistoryRule, PartnerRule } from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import { isBlockedBy } from './blocks.ts';

/** The facts about a user and one other user, as far as the copy knows them. */
export interface SidesRow {
  user_id: number;
  own_company_id: number | null;
  company_id: number | null;
  own_rule: PartnerRule | null;
  rule: PartnerRule | null;
  state: ContractState | null;
  direct: boolean | null;
  groups: boolean | null;
  invite: boolean | null;
  /** The user, or the user's company, blocks the other. */
  blocks: boolean;
  /** The other, or the other's company, blocks the user. */
  is_blocked: boolean;
}

/** Reads the facts about a user and each named other. The user's company is the one given (from the token), or the known one. */
export const readSides = statement<SidesRow, [userId: number, companyId: number | null, userIds: readonly number[]]>(
  'read-sides',
  `with me as materialized (
     select $1::bigint as user_id, coalesce($2, (select p.company_id from people p where p.user_id = $1)) as company_id
   )
   select o.user_id, me.company_id as own_company_id, o.company_id, mine.partners as own_rule, theirs.partners as rule,
     k.state, k.direct, k.groups, k.invite, ${isBlockedBy('me', 'o')} as blocks, ${isBlockedBy('o', 'me')} as is_blocked
   from me
   cross join (
     select n.user_id, p.company_id from unnest($3::bigint[]) as n (user_id) left join people p on p.user_id = n.user_id
   ) o
   left join companies mine on mine.company_id = me.company_id
   left join companies theirs on theirs.company_id = o.company_id
   left join contracts k on k.low_id = least(me.company_id, o.company_id) and k.high_id = greatest(me.company_id, o.company_id)
     and me.company_id <> o.company_id`,
);

/** Returns a row where the copy holds any policy, contract or block, so that a decision may depend on a company. */
export const findRestriction = statement<{ restricted: boolean }, []>(
  'find-restriction',
  `select true as restricted
   where exists (
       select from companies where partners is not null or external_invite is not null or history is not null
     )
     or exists (select from contracts) or exists (select from blocks where is_active)`,
);

/** Reads the rules of companies. */
export const readPolicies = statement<
  { company_id: number; partners: PartnerRule | null; external_invite: boolean | null; history: HistoryRule | null },
  [companyIds: readonly number[]]
>(
  'read-policies',
  'select company_id, partners, external_invite, history from companies where company_id = any($1::bigint[])',
);

/** Reads the contracts between two of the named companies. */
export const readContracts = statement<
  { low_id: number; high_id: number; state: ContractState; direct: boolean; groups: boolean; invite: boolean },
  [companyIds: readonly number[]]
>(
  'read-contracts',
  `select low_id, high_id, state, direct, groups, invite from contracts
   where low_id = any($1::bigint[]) and high_id = any($1::bigint[])`,
);

/** Reads the companies of the participants of a conversation; a participant whose company is unknown is left out. */
export const readCompanies = statement<{ user_id: number; company_id: number }, [conversationId: number]>(
  'read-companies-of-participants',
  `select p.user_id, p.company_id
   from (
     select user_id from participants where conversation_id = $1 union select user_id from invitations where conversation_id = $1
   ) here
   join people p on p.user_id = here.user_id`,
);

/** Finds the conversations behind an id in which people of both companies are, or are invited, in ascending order. */
export const findCrossing = statement<
  { id: number },
  [companyId: number, otherCompanyId: number, after: number, limit: number]
>(
  'find-crossing',
  `select distinct c.id
   from people x
   join lateral (
     select conversation_id from participants where user_id = x.user_id
     union all select conversation_id from invitations where user_id = x.user_id
   ) mine on true
   join conversations c on c.id = mine.conversation_id
   join lateral (
     select user_id from participants where conversation_id = c.id
     union all select user_id from invitations where conversation_id = c.id
   ) others on true
   join people y on y.user_id = others.user_id and y.company_id = $2
   where x.company_id = $1 and c.id > $3
   order by c.id limit $4`,
);
