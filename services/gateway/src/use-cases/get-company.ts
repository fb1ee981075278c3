import {
  type CompanyQuotas,
  type CompanyUsage,
  companiesEndpoints,
  conversationsEndpoints,
  messagesEndpoints,
  type ShownCompany,
} from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';
import { unlessAway } from '../upstream/unless-away.ts';

/** Answers the caller's company with the use that it makes of its quotas. A service that is away leaves its numbers null. */
export async function getCompany(
  { bus }: Context,
  caller: Caller,
): Promise<{ company: ShownCompany & { usage: CompanyUsage; quotas: CompanyQuotas } }> {
  const { requestId } = caller;
  const of = { company_id: caller.companyId };
  const [{ company }, messages, groups] = await Promise.all([
    bus.request(companiesEndpoints.getCompany, { actor: actorOf(caller) }, { requestId }),
    unlessAway(bus.request(messagesEndpoints.readCompanyUse, of, { requestId })),
    unlessAway(bus.request(conversationsEndpoints.readCompanyUse, of, { requestId })),
  ]);
  const usage = { messages_today: messages?.messages_today ?? null, groups: groups?.groups ?? null };
  const quotas = { messages_per_day: messages?.messages_per_day ?? null, groups: groups?.groups_limit ?? null };
  return { company: { ...company, usage, quotas } };
}
