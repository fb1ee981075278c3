import { changeContract } from '../change-contract.ts';
import type { Context, Input, Output } from '../context.ts';
import { sever } from '../domain/contract-rules.ts';
import { requireRole } from '../domain/roles.ts';

/**
 * Severs a contract, without the other company.
 *
 * @throws VestnikError `forbidden` without the role admin; what `changeContract` and the rule throw.
 */
export async function severContract(
  context: Context,
  { actor, company_id }: Input<'severContract'>,
): Promise<Output<'severContract'>> {
  requireRole(actor.role, 'admin');
  const change = { actor, company_id, action: 'contract_severed' } as const;
  return changeContract(context, change, sever);
}
