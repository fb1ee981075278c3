import type { ContractChanged } from '@vestnik/contracts';
import { saveContracts } from '@vestnik/relations';
import type { Context } from '../context.ts';
import { resumeCompanies, severCompanies } from '../enforce-severing.ts';
import { readContracts } from '../store/relations.ts';

/**
 * Takes a contract into the copy. Once it is severed, everything that crosses between the two companies ends; once it is in force
 * again, their direct conversations go on. An event that comes again finishes what an instance that died has left.
 */
export async function applyContract(context: Context, { contract }: ContractChanged): Promise<void> {
  await saveContracts(context.database, [contract]);
  const [low, high] = contract.company_ids;
  // The copy may hold a newer state than the event.
  const [known] = await context.database.query(readContracts, [[low, high]]);
  if (known?.state === 'severed') await severCompanies(context, low, high);
  if (known?.state === 'active') await resumeCompanies(context, low, high);
}
