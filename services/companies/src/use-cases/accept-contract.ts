import { changeContract } from '../change-contract.ts';
import type { Context, Input, Output } from '../context.ts';
import { accept } from '../domain/contract-rules.ts';
import { requireRole } from '../domain/roles.ts';

/**
 * Accepts the proposal of the other company.
 *
 * @throws VestnikError `forbidden` without the role admin; what `changeContract` and the rule throw.
 */
export async function acceptContract(
  context: Context,
  { actor, company_id, version }: Input<'acceptContract'>,
): Promise<Output<'acceptContract'>> {
  requireRole(actor.role, 'admin');
  const change = { actor, company_id, action: 'contract_accepted', version } as const;
  return changeContract(context, change, accept);
}
