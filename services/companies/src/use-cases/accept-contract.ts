import { changeContract } from '../change-contract.ts';
import type { Context, Input, Output } from '../context.ts';
import { accept } from '../domain/contract-rules.ts';

/**
 * Accepts the proposal of the other company.
 *
 * @throws VestnikError as `changeContract` does, and the rule.
 */
export async function acceptContract(
  context: Context,
  { actor, company_id, version }: Input<'acceptContract'>,
): Promise<Output<'acceptContract'>> {
  const change = { actor, company_id, action: 'contract_accepted', version } as const;
  return { contract: await changeContract(context, change, accept) };
}
