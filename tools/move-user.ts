import { parseArgs } from 'node:util';
import { companiesEndpoints } from '@vestnik/contracts';
import { Fault, runTool } from './start/fault.ts';
import { withOpsBus } from './start/ops-bus.ts';
import { wholeNumber } from './start/whole-number.ts';

const USAGE = 'npm run -s move-user -- --id 7 --company 2';

await runTool(async () => {
  const { id, company } = readArguments(process.argv.slice(2));
  const move = { user_id: id, company_id: company };
  await withOpsBus('move-user', (bus) => bus.request(companiesEndpoints.moveUser, move));
  process.stdout.write(`User ${id} belongs to company ${company}; tokens of any other company are refused\n`);
});

function readArguments(args: string[]): { id: number; company: number } {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ args, options: { id: text, company: text } });
    return { id: wholeNumber('--id', values.id), company: wholeNumber('--company', values.company) };
  } catch (error) {
    throw new Fault(`${(error as Error).message.replace(/\.$/, '')}; as in ${USAGE}`);
  }
}
