import type { Context, Input, Output } from '../context.ts';

/** Returns how many messages a company has stored today (UTC), and how many it may store in a day. */
export async function readCompanyUse(
  { companyUse }: Context,
  { company_id }: Input<'readCompanyUse'>,
): Promise<Output<'readCompanyUse'>> {
  const { messagesPerDay } = companyUse;
  return {
    messages_today: await companyUse.messagesToday(company_id),
    messages_per_day: Number.isFinite(messagesPerDay) ? messagesPerDay : null,
  };
}
