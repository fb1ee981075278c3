import type { Conversation } from '@vestnik/contracts';

/** The companies of the people in a conversation. */
export interface Companies {
  /** Where the company of a person is known. */
  companyOf: ReadonlyMap<number, number>;
  /** No rule depends on companies, so that a person whose company is unknown counts as one of the group's company. */
  trustsUnknown: boolean;
}

/**
 * Returns the participant who owns a group after its owner has left: of those who stay, the one of the group's company who
 * joined first. Null where there is none. A group whose company is unknown goes to the participant who joined first.
 *
 * @param left the participants who leave
 * @param companies the companies of the participants
 */
export function heirOf(
  { participants, company_id }: Pick<Conversation, 'participants' | 'company_id'>,
  left: readonly number[],
  { companyOf, trustsUnknown }: Companies,
): number | null {
  const staying = participants.filter((userId) => !left.includes(userId));
  const mayOwn = (userId: number) => {
    const companyId = companyOf.get(userId);
    return companyId === undefined ? trustsUnknown : companyId === company_id;
  };
  return staying.find((userId) => company_id === null || mayOwn(userId)) ?? null;
}
