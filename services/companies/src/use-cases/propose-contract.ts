import { changeContract } from '../change-contract.ts';
import type { Context, Input, Output } from '../context.ts';
import { propose } from '../domain/contract-rules.ts';
import { requireRole } from '../domain/roles.ts';

/**
 * Proposes a contract to a company.
 *
 * @throws VestnikError `forbidden` without the role admin; what `changeContract` and the rule throw.
 */
export async function proposeContract(
  context: Context,
  { actor, company_id, terms }: Input<'proposeContract'>,
): Promise<Output<'proposeContract'>> {
  requireRole(actor.role, 'admin');
  const change = { actor, company_id, action: 'contract_proposed' } as const;
  const { contract } = await changeContract(context, change, propose(terms));
  return { contract };
}
