import { changeContract } from '../change-contract.ts';
import type { Context, Input, Output } from '../context.ts';
import { proposeTerms as termsRule } from '../domain/contract-rules.ts';
import { requireRole } from '../domain/roles.ts';

/**
 * Proposes other terms of a contract, or of a proposal. Those that hold stay until the other company accepts.
 *
 * @throws VestnikError `forbidden` without the role admin; what `changeContract` and the rule throw.
 */
export async function proposeTerms(
  context: Context,
  { actor, company_id, terms }: Input<'proposeTerms'>,
): Promise<Output<'proposeTerms'>> {
  requireRole(actor.role, 'admin');
  const change = { actor, company_id, action: 'contract_proposed' } as const;
  const { contract } = await changeContract(context, change, termsRule(terms));
  return { contract };
}
