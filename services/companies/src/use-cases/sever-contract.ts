import { changeContract } from '../change-contract.ts';
import type { Context, Input, Output } from '../context.ts';
import { sever } from '../domain/contract-rules.ts';

/**
 * Severs a contract, without the other company.
 *
 * @throws VestnikError as `changeContract` does, and the rule.
 */
export async function severContract(
  context: Context,
  { actor, company_id }: Input<'severContract'>,
): Promise<Output<'severContract'>> {
  const change = { actor, company_id, action: 'contract_severed' } as const;
  return { contract: await changeContract(context, change, sever) };
}
