import { parseArgs } from 'node:util';
import type { Bus } from '@vestnik/bus';
import { companiesEndpoints, PAGE_LIMIT } from '@vestnik/contracts';
import { findBroken } from './company/verify-chain.ts';
import { Fault, runTool } from './start/fault.ts';
import { withOpsBus } from './start/ops-bus.ts';
import { wholeNumber } from './start/whole-number.ts';

const USAGE = 'npm run -s audit-verify -- --company 1';

await runTool(async () => {
  const companyId = readCompany(process.argv.slice(2));
  const { entries, hash } = await withOpsBus('audit-verify', (bus) => verify(bus, companyId));
  process.stdout.write(
    `The audit of company ${companyId} is whole: ${entries} entries, the last one with hash ${hash || '-'}\n`,
  );
});

/** Reads the whole chain and checks each entry against the one before, and the last one against the end that companies keeps. */
async function verify(bus: Bus, company_id: number): Promise<{ entries: number; hash: string }> {
  let [after, entries, hash] = [0, 0, ''];
  for (;;) {
    const page = { company_id, after, limit: PAGE_LIMIT };
    const { links, next, audit } = await bus.request(companiesEndpoints.readAuditChain, page);
    const broken = findBroken(links, hash);
    if (broken)
      throw new Fault(`entry ${broken.id} of the audit of company ${company_id} does not follow from the one before`);
    entries += links.length;
    hash = links.at(-1)?.hash ?? hash;
    if (next === null && entries < audit.entries) {
      throw new Fault(`the audit of company ${company_id} has ${entries} entries, and ${audit.entries} were written`);
    }
    if (next === null) return { entries, hash };
    after = next;
  }
}

function readCompany(args: string[]): number {
  try {
    const { values } = parseArgs({ args, options: { company: { type: 'string' } } });
    return wholeNumber('--company', values.company);
  } catch (error) {
    throw new Fault(`${(error as Error).message.replace(/\.$/, '')}; as in ${USAGE}`);
  }
}
