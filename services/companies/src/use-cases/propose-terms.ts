import { changeContract } from '../change-contract.ts';
import type { Context, Input, Output } from '../context.ts';
import { proposeTerms as termsRule } from '../domain/contract-rules.ts';

/**
 * Proposes other terms of a contract, or of a proposal. Those that hold stay until the other company accepts.
 *
 * @throws VestnikError as `changeContract` does, and the rule.
 */
export async function proposeTerms(
  context: Context,
  { actor, company_id, terms }: Input<'proposeTerms'>,
): Promise<Output<'proposeTerms'>> {
  const change = { actor, company_id, action: 'contract_proposed' } as const;
  return { contract: await changeContract(context, change, termsRule(terms)) };
}
