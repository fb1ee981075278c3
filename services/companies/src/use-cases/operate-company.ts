import { changeContract } from '../change-contract.ts';
import { changePolicy } from '../change-policy.ts';
import type { Context, Input, Output } from '../context.ts';
import { enforce, sever } from '../domain/contract-rules.ts';

/**
 * Changes a company for ops: its rules, or its contract with another company. The audits name no user.
 *
 * @throws VestnikError what `changePolicy`, `changeContract` and the rule throw.
 */
export async function operateCompany(
  context: Context,
  { company_id, change }: Input<'operateCompany'>,
): Promise<Output<'operateCompany'>> {
  const actor = { user_id: null, company_id };
  if ('policy' in change) await changePolicy(context, actor, change.policy);
  else if ('contract_with' in change) {
    const step = { actor, company_id: change.contract_with, action: 'contract_accepted' } as const;
    await changeContract(context, step, enforce);
  } else {
    await changeContract(context, { actor, company_id: change.sever_from, action: 'contract_severed' }, sever);
  }
  return {};
}
